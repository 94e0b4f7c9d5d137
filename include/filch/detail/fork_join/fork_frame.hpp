// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/job/outcome.hpp>
#include <filch/detail/worker/fork_host.hpp>

namespace filch::inline v0::detail {

// A temporary that costs nothing to copy is copied before it is shown to others, for what the compiler knows of the
// original it still knows afterwards. References are those to functions too, which have no size.
template <class F>
inline constexpr bool is_copied = std::is_trivially_constructible_v<std::remove_cv_t<F>, F> &&
                                  std::is_trivially_destructible_v<F> && sizeof(F) <= 8 * sizeof(void*);
template <class F>
inline constexpr bool is_copied<F&> = false;
template <class F>
using shown_callable = std::conditional_t<is_copied<F>, std::remove_cv_t<F>, F&&>;
// One of a single word is as well read again.
template <class F>
inline constexpr bool is_kept = is_copied<F> && sizeof(F) > sizeof(void*);
template <class F>
inline constexpr bool is_kept<F&> = false;
template <class F>
using kept_callable = std::conditional_t<is_kept<F>, std::remove_cv_t<F>, F&&>;

/// The frame of one fork: its second side as a job, and the outcome of that where another worker ran it. Where none
/// did, nothing of it is touched but the job, and both results are returned like those of calls.
template <class F, class G>
class FILCH_LOCAL fork_frame : private fork_job {
 public:
  using first_result = regular_result<std::invoke_result_t<F>>;
  using second_result = regular_result<std::invoke_result_t<G>>;
  using results = std::pair<first_result, second_result>;

  explicit fork_frame(G&& g) noexcept : fork_job(&run_stolen), g_(std::forward<G>(g)) {}

  FILCH_INLINE results run(fork_host& host, F&& f) {
    kept_callable<G> second(std::forward<G>(g_));
    tsan_release(static_cast<fork_job*>(this));
    index = host.fork(fork_item(*this));
    if (host.poll_requested(index) && !host.acknowledge(index)) {
      shown_callable<F> first(std::forward<F>(f));
      return run_alone(std::forward<F>(first));
    }
    if constexpr (!std::is_nothrow_destructible_v<first_result>) {
      return run_to_both_ends(std::forward<F>(f), [this] { end_second(*current_host()); });
    }
    first_result first = call_first(std::forward<F>(f));
    // The same host. It is looked up again, and its index lies in memory, because what is kept in a register over the
    // first side is saved by every call of the caller, also by those that fork nothing.
    if (current_host()->unfork(*this)) {
      return results(std::forward<first_result>(first), call_regular(std::forward<G>(second)));
    }
    return results(std::forward<first_result>(first), wait_for_second());
  }

 private:
  static void run_stolen(fork_job& j) noexcept {
    tsan_acquire(&j);
    auto& self = static_cast<fork_frame&>(j);
    self.second_.call(std::forward<G>(self.g_));
    self.done.set();
  }

  FILCH_INLINE first_result call_first(F&& f) {
    try {
      return call_regular(std::forward<F>(f));
    } catch (...) {
      // Within the handler, for a local would cost the others; so this is the current exception for what a wait runs
      // here. In a function of its own, for what a handler keeps in registers the caller has to save.
      first_failed_after_fork();
    }
  }

  [[noreturn]] FILCH_COLD void first_failed_after_fork() {
    first_failed(failure::of_current_exception(), [this] { end_second(*current_host()); });
  }

  void end_second(fork_host& host) noexcept {
    if (host.unfork(*this)) {
      second_.call(std::forward<G>(g_));
    } else {
      host.wait_stolen(*this);
      this->done.tsan_see_set();
    }
  }

  FILCH_COLD second_result wait_for_second() {
    current_host()->wait_stolen(*this);
    this->done.tsan_see_set();
    if (second_.has_failed()) {
      std::rethrow_exception(second_.take_failure().error);
    }
    return second_.take_value();
  }

  // Nothing is forked.
  FILCH_COLD results run_alone(F&& f) {
    if constexpr (!std::is_nothrow_destructible_v<first_result>) {
      return run_to_both_ends(std::forward<F>(f), [this] { second_.call(std::forward<G>(g_)); });
    }
    first_result first = [this, &f]() -> first_result {
      try {
        return call_regular(std::forward<F>(f));
      } catch (...) {
        first_failed(failure::of_current_exception(), [this] { second_.call(std::forward<G>(g_)); });
      }
    }();
    return results(std::forward<first_result>(first), call_regular(std::forward<G>(g_)));
  }

  // An exception of the second side must not pass over a first result whose destructor may throw: that would end the
  // program.
  template <class EndSecond>
  FILCH_COLD results run_to_both_ends(F&& f, EndSecond end_second) {
    outcome<first_result> first;
    first.call(std::forward<F>(f));
    if (first.has_failed()) {
      first_failed(first.take_failure(), end_second);
    }
    end_second();
    if (second_.has_failed()) {
      const failure second = second_.take_failure();
      drop_reporting(first);
      std::rethrow_exception(second.error);
    }
    return results(first.take_value(), second_.take_value());
  }

  template <class R>
  static void drop_reporting(outcome<R>& value) noexcept {
    try {
      value.drop_value();
    } catch (...) {
      report_unhandled(std::current_exception());
    }
  }

  // The second side runs to its end all the same.
  template <class EndSecond>
  [[noreturn]] FILCH_COLD void first_failed(failure first, EndSecond end_second) {
    end_second();
    if (second_.has_failed()) {
      failure second = second_.take_failure();
      if (second.when < first.when) {
        std::swap(first, second);
      }
      report_unhandled(std::move(second.error));
    } else {
      drop_reporting(second_);
    }
    std::rethrow_exception(std::move(first.error));
  }

  shown_callable<G> g_;
  outcome<second_result> second_;
};

template <class F, class G>
FILCH_INLINE auto fork_join_on(fork_host& host, F&& f, G&& g) {
  using frame = fork_frame<F, G>;
  if constexpr (std::is_void_v<std::invoke_result_t<F>> && std::is_void_v<std::invoke_result_t<G>>) {
    static_cast<void>(frame(std::forward<G>(g)).run(host, std::forward<F>(f)));
  } else {
    return frame(std::forward<G>(g)).run(host, std::forward<F>(f));
  }
}

}  // namespace filch::inline v0::detail
