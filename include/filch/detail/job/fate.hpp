// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// What becomes of the exception of a task. Its handle fetches it, or it is reported when nobody can fetch it any more.
/// The task may fail before the handle lets go, or after that. The later of the two learns of the earlier.
template <concurrency_policy Policy = native_policy>
class basic_fate {
 public:
  /// The task has failed, and its exception is written. Returns whether the handle has let go.
  [[nodiscard]] bool fail() noexcept {
    // [J2] acq_rel: publishes the exception to a handle that lets go later; sees the handle that let go before.
    // Pairs with [J3].
    return (word_.fetch_or(failed_bit, std::memory_order_acq_rel) & detached_bit) != 0;
  }

  /// The handle lets go. Returns whether the task has failed.
  [[nodiscard]] bool let_go() noexcept {
    // [J3] acq_rel: sees the exception of a task that failed before, or is seen by it. Pairs with [J2].
    return (word_.fetch_or(detached_bit, std::memory_order_acq_rel) & failed_bit) != 0;
  }

 private:
  static constexpr std::uint8_t detached_bit = 1;
  static constexpr std::uint8_t failed_bit = 2;

  typename Policy::template atomic<std::uint8_t> word_{0};
};

using fate = basic_fate<>;

}  // namespace filch::inline v0::detail
