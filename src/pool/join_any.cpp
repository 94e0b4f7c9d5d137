// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstddef>
#include <span>

#include <filch/detail/pool/task_state.hpp>
#include <filch/errors.hpp>

#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"

// The wait for one of several tasks.

namespace filch::inline v0::detail {
namespace {

using task_list = std::span<task_state* const>;

/// The index of the first task that has finished, or the number of tasks if none has.
[[nodiscard]] std::size_t first_finished(task_list tasks) noexcept {
  const auto found = std::ranges::find_if(tasks, [](const task_state* t) { return t->is_finished(); });
  return static_cast<std::size_t>(found - tasks.begin());
}

/// Puts one parker into the latches of all tasks, so that the latch that is set first wakes the thread.
class registration {
 public:
  registration(task_list tasks, thread_parker& parker) noexcept : tasks_(tasks), parker_(parker) {
    while (armed_ < tasks_.size() && tasks_[armed_]->done().arm(parker_)) {
      ++armed_;
    }
  }
  ~registration() {
    for (task_state* const t : tasks_.first(armed_)) {
      static_cast<void>(t->done().disarm(parker_));  // if it was set meanwhile, it has no parker any more
    }
  }
  registration(const registration&) = delete;
  registration& operator=(const registration&) = delete;

  /// False: one had finished.
  [[nodiscard]] bool is_complete() const noexcept { return armed_ == tasks_.size(); }

 private:
  const task_list tasks_;
  thread_parker& parker_;
  std::size_t armed_ = 0;
};

}  // namespace

std::size_t task_state::wait_for_any(task_state* const* tasks, std::size_t count) {
  if (count == 0) {
    throw usage_error("filch: when_any() was called without a handle, so it would wait for ever");
  }
  const task_list all(tasks, count);
  if (const std::size_t i = first_finished(all); i != count) {
    return i;
  }
  bool any_begun = false;
  std::size_t runnable = count;
  for (std::size_t i = count; i-- != 0;) {
    if (is_left_behind(all[i]->pool_)) {
      throw_left_behind();
    }
    all[i]->check_not_below();
    any_begun = any_begun || all[i]->is_claimed();
    if (host_in(*all[i]->pool_) != nullptr || discards_for(*all[i]->pool_)) {
      runnable = i;
    }
  }
  // It may be that only this thread can run one of the tasks. A task that somebody has begun ends without the help of
  // this thread.
  if (!any_begun && runnable != count) {
    all[runnable]->wait();
    return first_finished(all);
  }
  const parker_for_wait mine;
  const registration everywhere(all, mine.get());
  if (everywhere.is_complete()) {
    const waiting_region others_run;
    while (first_finished(all) == count) {
      others_run.park(mine.get());
    }
  }
  return first_finished(all);
}

}  // namespace filch::inline v0::detail
