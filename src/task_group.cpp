// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>

#include "current.hpp"
#include "pool_state.hpp"

namespace filch::inline v0 {
namespace {

detail::pool_state& pool_of_this_thread() {
  if (const detail::worker* const w = detail::current_worker()) {
    return w->pool();
  }
  return default_pool().state();
}

void report_to(void* pool, std::exception_ptr error) noexcept {
  static_cast<detail::pool_state*>(pool)->sink().report(std::move(error));
}

}  // namespace

task_group::task_group() : core_(pool_of_this_thread()) {}

void task_group::throw_first() {
  if (const std::exception_ptr error = core_.errors().take_first()) {
    std::rethrow_exception(error);
  }
}

void task_group::start_anew() noexcept {
  // relaxed: see run.
  waited_.store(false, std::memory_order_relaxed);
  core_.errors().clear(&report_to, &core_.pool());
}

}  // namespace filch::inline v0
