// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>

namespace filch::inline v0::detail {

/// Finds out whether a range is in order already, or the other way round, without much loss if it is not.
template <class It, class Less>
class monotone_check {
 public:
  monotone_check(const It& first, std::size_t size, std::size_t workers, const loop_options& options,
                 const Less& less) noexcept
      : first_(first), size_(size), workers_(workers), options_(options), less_(less) {}

  /// Compares some elements at the beginning with their neighbours. Returns: how long a comparison takes.
  std::chrono::nanoseconds look_at_beginning() {
    const std::size_t n = (std::min)(size_, beginning);
    const steady_clock::time_point before = steady_clock::now();
    std::size_t rising = 1;
    while (rising < n && !falls_at(rising)) {
      ++rising;
    }
    std::size_t falling = 1;
    while (falling < n && falls_at(falling)) {
      ++falling;
    }
    const std::chrono::nanoseconds took = steady_clock::now() - before;
    is_rising_ = rising == n;
    is_falling_ = falling == n;
    return took / static_cast<std::chrono::nanoseconds::rep>(rising + falling);
  }

  /// If all elements go on as the first ones, sorts them. Equal elements stay in their order. Returns: whether they are
  /// sorted now.
  [[nodiscard]] bool finish() {
    // pdqsort and spinsort find out too, but one worker's time is lost then if the order ends somewhere.
    if (size_ < worth_checking || workers_ == 1 || is_rising_ == is_falling_ || !is_monotone()) {
      return false;
    }
    if (is_falling_) {
      reverse();
    }
    return true;
  }

 private:
  static constexpr std::size_t beginning = 64;
  static constexpr std::size_t worth_checking = 4096;

  [[nodiscard]] bool falls_at(std::size_t i) const { return less_(element(first_, i), element(first_, i - 1)); }

  [[nodiscard]] bool is_monotone() const {
    loop_progress progress(size_, workers_, loop_options(options_.stop));
    const auto body = [&, first = first_, is_falling = is_falling_](std::size_t lo, std::size_t hi) {
      for (std::size_t i = (std::max<std::size_t>)(lo, 1); i < hi; ++i) {
        if (less_(element(first, i), element(first, i - 1)) != is_falling) {
          progress.stop();
          return;
        }
      }
    };
    adaptive_loop<const decltype(body)>(progress, body).run(0, size_);
    return !progress.is_stopped();
  }

  void reverse() const {
    const auto body = [first = first_, end = advanced(first_, size_)](std::size_t lo, std::size_t hi) {
      It right = end - static_cast<std::iter_difference_t<It>>(lo);
      for (It left = advanced(first, lo); left != advanced(first, hi); ++left) {
        std::ranges::iter_swap(left, --right);
      }
    };
    loop_progress progress(size_ / 2, workers_, loop_options());
    adaptive_loop<const decltype(body)>(progress, body).run(0, size_ / 2);
  }

  const It& first_;
  const std::size_t size_;
  const std::size_t workers_;
  const loop_options& options_;
  const Less& less_;
  bool is_rising_ = false;
  bool is_falling_ = false;
};

}  // namespace filch::inline v0::detail
