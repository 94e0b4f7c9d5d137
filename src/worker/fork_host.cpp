// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/worker/fork_host.hpp>

#include <cstdint>

#include "base/stack_place.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

// A fork_host that forks is the base of a worker.

namespace filch::inline v0::detail {

void fork_host::wait_stolen(fork_job& j) noexcept { static_cast<worker*>(this)->waits().wait_for_fork(j); }

bool fork_host::acknowledge(ring_index index) noexcept {
  const bool has_room = forks_.owner().acknowledge(index);
  if (watcher_.is_watched()) {
    watcher_.unpark_watcher();
  }
  static_cast<worker*>(this)->team().wake_thief();
  return has_room || !forks_.owner().pop(index);
}

bool fork_host::unfork_from_below(fork_job& j) noexcept {
  if (j.is_withdrawn(forks_.owner().end())) {
    return true;
  }
  static_cast<worker*>(this)->clear_forks_from(advance(j.index, 1));
  return forks_.owner().pop(j.index);
}

const void* fork_host::job_base_above(const void* object) const noexcept {
  const char here = 0;
  const auto begin = reinterpret_cast<std::uintptr_t>(stack_place(&here));
  // Stacks grow down. Taken as an unsigned distance, an object outside of the stack is far beyond the base.
  const auto from_here = [&](const void* p) { return reinterpret_cast<std::uintptr_t>(p) - begin; };
  return from_here(stack_place(object)) < from_here(job_base_) ? job_base_ : nullptr;
}

}  // namespace filch::inline v0::detail
