// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <exception>
#include <type_traits>
#include <utility>

#include <filch/detail/job.hpp>
#include <filch/detail/result_slot.hpp>
#include <filch/detail/worker.hpp>

namespace filch::inline v0::detail {

/// The frame of one fork: its second side as a job, both results, and which exception came first.
template <class F, class G>
class fork_frame : private fork_job {
 public:
  using first_result = std::invoke_result_t<F>;
  using second_result = std::invoke_result_t<G>;

  explicit fork_frame(G&& g) noexcept : fork_job(&run_stolen), g_(std::forward<G>(g)) {}

  void run(fork_host& host, F&& f) {
    host.fork(*this);
    try {
      first_.fill([&]() -> first_result { return std::forward<F>(f)(); });
    } catch (...) {
      keep(first_error_, 1);
    }
    if (host.unfork()) {
      if (first_error_) {
        call_second_after_error();
      } else {
        call_second();
        return;
      }
    } else {
      host.wait_stolen(*this);
    }
    if (first_error_ || second_error_) {
      throw_first();
    }
  }

  [[nodiscard]] regular_result<first_result> first() { return first_.take(); }
  [[nodiscard]] regular_result<second_result> second() { return second_.take(); }

 private:
  static void run_stolen(fork_job& j) noexcept {
    auto& self = static_cast<fork_frame&>(j);
    self.call_second_after_error();
    self.done.set();
  }

  void call_second() {
    second_.fill([this]() -> second_result { return std::forward<G>(g_)(); });
  }

  void call_second_after_error() noexcept {
    try {
      call_second();
    } catch (...) {
      keep(second_error_, 2);
    }
  }

  void keep(std::exception_ptr& error, int side) noexcept {
    error = std::current_exception();
    int none = 0;
    // relaxed: only says which came first; the exceptions themselves are published by the latch.
    first_in_time_.compare_exchange_strong(none, side, std::memory_order_relaxed, std::memory_order_relaxed);
  }

  [[noreturn]] void throw_first() {
    // relaxed: both sides have ended.
    const bool first_side = first_in_time_.load(std::memory_order_relaxed) == 1;
    if (const std::exception_ptr& later = first_side ? second_error_ : first_error_) {
      report_unhandled(later);
    }
    std::rethrow_exception(first_side ? first_error_ : second_error_);
  }

  G&& g_;
  result_slot<first_result> first_;
  result_slot<second_result> second_;
  std::exception_ptr first_error_;
  std::exception_ptr second_error_;
  std::atomic<int> first_in_time_{0};
};

template <class F, class G>
auto fork_join_on(fork_host& host, F&& f, G&& g) {
  using frame = fork_frame<F, G>;
  frame both(std::forward<G>(g));
  both.run(host, std::forward<F>(f));
  if constexpr (!(std::is_void_v<typename frame::first_result> && std::is_void_v<typename frame::second_result>)) {
    using pair = std::pair<regular_result<typename frame::first_result>, regular_result<typename frame::second_result>>;
    return pair(both.first(), both.second());
  }
}

}  // namespace filch::inline v0::detail
