// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <exception>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/deadline.hpp>
#include <filch/detail/pool/task_state.hpp>
#include <filch/errors.hpp>

namespace filch::inline v0 {

namespace detail {
[[noreturn]] FILCH_EXPORT void throw_no_task();
struct handle_access;
}  // namespace detail

/// The handle of a spawned task. Move-only; destroying it detaches the task. It may outlive the pool.
///
/// Thread safety: one thread at a time, except `is_finished`.
/// Memory ordering: what the task did happens before `join`, `wait`, a true `wait_for` or a true `is_finished` return.
template <class T>
class [[nodiscard]] join_handle {
 public:
  join_handle() noexcept = default;
  explicit join_handle(detail::result_state<T>& state) noexcept : state_(&state) {}
  join_handle(join_handle&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  FILCH_LOCAL join_handle& operator=(join_handle&& other) noexcept {
    if (this != &other) {
      detach();
      state_ = std::exchange(other.state_, nullptr);
    }
    return *this;
  }
  FILCH_LOCAL ~join_handle() { detach(); }

  /// True until join() or detach().
  [[nodiscard]] bool joinable() const noexcept { return state_ != nullptr; }

  /// Waits for the task and takes its result; the handle is then empty.
  /// Returns: the task's result.
  /// Throws: what the task threw; task_cancelled if it was cancelled or discarded; usage_error if the handle is empty
  /// (a second join), if the task would wait for itself, or in a child of fork() if only the parent could run it.
  /// Blocks: until the task has finished. A worker of the same pool runs the task itself if it has not started.
  FILCH_LOCAL T join() {
    detail::result_state<T>& state = task();
    state.wait();
    state.tsan_see_end();
    const owner fetched(std::exchange(state_, nullptr));
    if (const std::exception_ptr error = state.take_error()) {
      std::rethrow_exception(error);
    }
    if constexpr (!std::is_void_v<T>) {
      return state.take();
    }
  }

  /// The same as join(), under the name that it has in std::future.
  FILCH_LOCAL T get() { return join(); }

  /// Does not block. Throws nothing; false for an empty handle. It is no wait: a task that asks again and again keeps
  /// its core, so if all workers do, the task never starts. Use wait_for.
  [[nodiscard]] bool is_finished() const noexcept { return state_ != nullptr && seen(state_->is_finished()); }

  /// Waits like join() and leaves the result where it is.
  FILCH_LOCAL void wait() const {
    task().wait();
    state_->tsan_see_end();
  }

  /// Waits for at most `limit`, without running the task here. Returns: whether it has finished. Any duration will do:
  /// one that is negative or no number ends at once, the largest of its unit means for ever. Throws: usage_error if the
  /// handle is empty, or in a child of fork() if only the parent could run the task.
  template <class Rep, class Period, class Module = detail::this_module>
  [[nodiscard]] FILCH_LOCAL bool wait_for(std::chrono::duration<Rep, Period> limit) const {
    return seen(task().wait_until(detail::deadline_after(limit)));
  }

  /// The same until `Clock` shows `moment`, if nobody sets that clock meanwhile.
  template <class Clock, class Duration, class Module = detail::this_module>
  [[nodiscard]] FILCH_LOCAL bool wait_until(std::chrono::time_point<Clock, Duration> moment) const {
    return seen(task().wait_until(detail::deadline_at(moment)));
  }

  /// Returns: true if the task had not started: it never will, its callable is destroyed, and join() throws
  /// task_cancelled. False without effect otherwise.
  FILCH_LOCAL bool cancel() noexcept { return state_ != nullptr && state_->cancel(); }

  /// Lets the task go on by itself. What it throws then goes to the pool's on_unhandled_exception.
  FILCH_LOCAL void detach() noexcept {
    if (state_ != nullptr) {
      std::exchange(state_, nullptr)->detach();
    }
  }

 private:
  friend struct detail::handle_access;

  // Drops the handle's reference after the result has been moved out, also when that throws.
  class owner {
   public:
    explicit owner(detail::task_state* state) noexcept : state_(state) {}
    FILCH_LOCAL ~owner() { state_->drop_reference(); }
    owner(const owner&) = delete;
    owner& operator=(const owner&) = delete;

   private:
    detail::task_state* state_;
  };

  [[nodiscard]] bool seen(bool finished) const noexcept { return finished && (state_->tsan_see_end(), true); }

  [[nodiscard]] FILCH_LOCAL detail::result_state<T>& task() const {
    if (state_ == nullptr) {
      detail::throw_no_task();
    }
    return *state_;
  }

  detail::result_state<T>* state_ = nullptr;
};

}  // namespace filch::inline v0
