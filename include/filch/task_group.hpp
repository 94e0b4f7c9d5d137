// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <exception>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/detail/base/deadline.hpp>
#include <filch/detail/fork_join/group_core.hpp>
#include <filch/detail/pool/submit_guards.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

/// Tasks that are waited for together. They may use what lives longer than the group, locals included.
///
/// Thread safety: run, cancel and get_stop_token from any thread, from the group's own tasks too; wait from one thread
/// at a time; the rest when no task is unfinished.
class FILCH_EXPORT task_group {
 public:
  /// On a worker: its pool; elsewhere: default_pool().
  FILCH_LOCAL task_group() : task_group(detail::current_host()) {}
  FILCH_LOCAL explicit task_group(thread_pool& pool) noexcept : core_(pool.state()) {}
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  /// Waits for all tasks, and for a thread that is in `wait`. Exceptions that nobody fetched go to the pool's
  /// on_unhandled_exception, also after the pool's end. Never throws.
  FILCH_LOCAL ~task_group() {
    if (!core_.is_at_rest()) {
      core_.wait_to_destroy();
    }
    core_.tsan_see_end();
    if (core_.errors().any()) {
      core_.errors().report_unfetched();
    }
  }

  /// Runs `f` once on a worker: decay-copied, called as an rvalue, destroyed before `wait` returns. Not subject to
  /// `max_pending`. On a thread that is inside of the pool, a task's or that of `invoke`, `f` may lie in that thread's
  /// queue until the thread calls `wait`, or ends what it does in the pool: workers take it if one has nothing to do
  /// and there is a core for it. So such a thread must not wait for `f` by other means, as a future. Throws:
  /// std::bad_alloc, what the copy throws, pool_closed from outside a closed pool; `f` is then untouched.
  template <task_callable F>
  FILCH_LOCAL void run(F&& f) {
    using job_type = detail::group_job<std::decay_t<F>>;
    detail::drop_guard<job_type> child(detail::make_in_block<job_type>(core_, std::forward<F>(f)), {&core_.pool()});
    if (detail::fork_host* const owner = core_.biased_owner()) {
      core_.submit_to_owner(*owner, *child.release());
      return;
    }
    try {
      core_.submit(*child);
    } catch (...) {
      detail::give_back(std::forward<F>(f), child->callable());
      throw;
    }
    static_cast<void>(child.release());
  }

  /// Blocks until all tasks have finished. A worker runs the group's own tasks meanwhile and what these wait for, and
  /// nothing else, unless the pool was made with `waiting::any`. Throws: the first exception of a task; task_cancelled
  /// if a shutdown discarded one; nothing for a mere cancel(); usage_error if another thread waits already, or in a
  /// child of fork() for what only the parent could run. Memory ordering: the tasks happen before the return.
  FILCH_LOCAL void wait() {
    [[maybe_unused]] const detail::tsan_wait until_here(core_);
    core_.wait();
  }

  /// run() and then wait(): a worker, or a guest of the group's pool, runs `f` itself if nobody else has begun it.
  /// Throws: as these two. If run() throws, there was no wait.
  template <task_callable F>
  FILCH_LOCAL void run_and_wait(F&& f) {
    run(std::forward<F>(f));
    wait();
  }

  /// Waits for at most `limit` until all tasks have finished, and runs none of them here. Returns: whether they have.
  /// It fetches no exception and ends no cancel: that is left to wait(), which then does it at once. Any duration will
  /// do, as for thread_pool::shutdown_for.
  /// Throws: usage_error as wait(). Memory ordering: the tasks happen before a true return.
  template <class Rep, class Period, class Module = detail::this_module>
  [[nodiscard]] FILCH_LOCAL bool wait_for(std::chrono::duration<Rep, Period> limit) {
    const bool finished = core_.wait_until(detail::deadline_after(limit));
    if (finished) {
      core_.tsan_see_end();
    }
    return finished;
  }

  /// Tasks that have not started are dropped; others can see it by the stop token. A cancel ends with the next wait:
  /// what is run after that is not cancelled, and `get_stop_token` then gives a new token.
  FILCH_LOCAL void cancel() noexcept { core_.cancel(); }
  [[nodiscard]] FILCH_LOCAL std::stop_token get_stop_token() const { return core_.stop_token(); }

  /// What the tasks threw, in the order in which it came, until the next run(). They then count as fetched.
  [[nodiscard]] FILCH_LOCAL std::vector<std::exception_ptr> exceptions() const { return core_.errors().all(); }

 private:
  FILCH_LOCAL explicit task_group(detail::fork_host* host)
      : core_(host != nullptr ? host->pool() : default_pool().state()) {}

  detail::group_core core_;
};

}  // namespace filch::inline v0
