// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <ranges>
#include <type_traits>
#include <vector>

#include <filch/detail/pool/handle_access.hpp>
#include <filch/join_handle.hpp>

namespace filch::inline v0 {

/// Waits until one of the tasks has finished. The handles keep what they have: fetch it by join().
///
/// Returns: the index of one that has finished; of several, the first.
/// Throws: usage_error if the range or a handle is empty, if one of the tasks is the caller, or in a child of fork() if
/// only the parent could run one; std::bad_alloc.
/// Blocks: until then. On a thread that is inside of a task's pool it waits for the first such task, as join() does, if
/// nobody has begun any of them.
/// Memory ordering: what that task did happens before the return.
template <std::ranges::forward_range Range>
  requires detail::is_join_handle<std::remove_cvref_t<std::ranges::range_reference_t<Range>>>
[[nodiscard]] FILCH_LOCAL std::size_t when_any(Range&& handles) {
  std::vector<detail::task_state*> tasks;
  for (const auto& handle : handles) {
    tasks.push_back(&detail::handle_access::task_of(handle));
  }
  const std::size_t finished = detail::task_state::wait_for_any(tasks.data(), tasks.size());
  tasks[finished]->tsan_see_end();
  return finished;
}

}  // namespace filch::inline v0
