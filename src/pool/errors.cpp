// SPDX-License-Identifier: BSL-1.0
#include <filch/errors.hpp>
#include <filch/join_handle.hpp>

namespace filch::inline v0 {

pool_closed::pool_closed() : std::runtime_error("filch: the pool is closed and takes no new tasks") {}
pool_closed::~pool_closed() = default;

pool_full::pool_full()
    : std::runtime_error("filch: pool_options.max_pending tasks wait already and on_full is reject; try again later") {}
pool_full::~pool_full() = default;

task_cancelled::task_cancelled()
    : std::runtime_error("filch: the task was cancelled, or discarded by a shutdown, before it started") {}
task_cancelled::~task_cancelled() = default;

usage_error::~usage_error() = default;

namespace detail {

const task_cancelled& task_cancelled_to_copy() {
  static const auto& made = *new task_cancelled;  // never destroyed: tasks may be discarded late
  return made;
}

void throw_no_task() {
  throw usage_error("filch: this join_handle has no task: it was joined, detached or moved from already");
}

}  // namespace detail
}  // namespace filch::inline v0
