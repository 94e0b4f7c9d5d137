// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// One thread sleeps on a parker, and any number of threads may wake it. A wake-up that comes before the sleep is kept,
/// as one token.
template <concurrency_policy Policy = native_policy>
class basic_parker {
  using futex = typename Policy::futex;

 public:
  basic_parker() = default;
  basic_parker(const basic_parker&) = delete;
  basic_parker& operator=(const basic_parker&) = delete;

  /// Owner only. Returns when there is a token, and consumes it.
  void park() noexcept {
    // One step takes a token or says "parked"; with two, a token that comes between them would be overwritten unread.
    // [P1] acquire: what happened before the unpark. Pairs with [P3].
    if (word_.fetch_sub(1, std::memory_order_acquire) == token) {
      return;
    }
    Policy::at(test_point::parker_before_sleep);
    do {
      futex::wait(word_, parked);
    } while (!take_token());
  }

  /// The same until `deadline`; false if no token came.
  template <class TimePoint>
  bool park_until(TimePoint deadline) noexcept {
    // [P4] acquire: as [P1]. Pairs with [P3].
    if (word_.fetch_sub(1, std::memory_order_acquire) == token) {
      return true;
    }
    Policy::at(test_point::parker_before_sleep);
    bool in_time = true;
    do {
      in_time = futex::wait_until(word_, parked, deadline);
      if (take_token()) {
        return true;
      }
    } while (in_time);
    // [P5] acquire: a token that came at the last moment is consumed with what it tells. Pairs with [P3].
    return word_.exchange(empty, std::memory_order_acquire) == token;
  }

  void unpark() noexcept {
    // [P3] release: publishes what the owner is woken for. Pairs with [P1], [P2], [P4] and [P5].
    if (word_.exchange(token, std::memory_order_release) == parked) {
      futex::wake_one(&word_);
    }
  }

 private:
  [[nodiscard]] bool take_token() noexcept {
    std::uint32_t expected = token;
    // [P2] acquire: what happened before the unpark. Pairs with [P3]. Failure relaxed: there is no token.
    return word_.compare_exchange_strong(expected, empty, std::memory_order_acquire, std::memory_order_relaxed);
  }

  static constexpr std::uint32_t empty = 0;
  static constexpr std::uint32_t token = 1;
  static constexpr std::uint32_t parked = ~std::uint32_t{0};  // empty - 1

  typename futex::word word_{empty};
};

using native_parker = basic_parker<>;

}  // namespace filch::inline v0::detail
