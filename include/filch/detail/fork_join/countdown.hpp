// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts ends of something that has to end before something else begins.
template <concurrency_policy Policy = native_policy>
class basic_countdown {
 public:
  /// From now on `n` have to end.
  void begin(std::size_t n) noexcept {
    // relaxed: those who count down begin after the caller has, by the task that it makes or the node that it ends.
    left_.store(n, std::memory_order_relaxed);
  }

  /// One has ended. Returns: whether it was the last. Then what all of them have done happened before.
  [[nodiscard]] bool end_one() noexcept {
    // [C1] acq_rel: shows what this one has done (release); the last one sees what all have done (acquire). Pairs with
    // [C1].
    return left_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

 private:
  typename Policy::template atomic<std::size_t> left_{0};
};

using countdown = basic_countdown<>;

}  // namespace filch::inline v0::detail
