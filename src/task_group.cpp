// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>

#include "pool_state.hpp"

namespace filch::inline v0 {
namespace {

void report_to(void* pool, std::exception_ptr error) noexcept {
  static_cast<detail::pool_state*>(pool)->sink().report(std::move(error));
}

}  // namespace

void task_group::throw_first() {
  if (const std::exception_ptr error = core_.errors().take_first()) {
    std::rethrow_exception(error);
  }
}

void task_group::submit(detail::child_job& j) {
  if (core_.waited()) {
    report_unfetched();
  }
  core_.submit(j);
}

void task_group::report_unfetched() noexcept { core_.errors().clear(&report_to, &core_.pool()); }

}  // namespace filch::inline v0
