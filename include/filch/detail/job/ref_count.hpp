// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts the places from which an object can be reached. Whoever drops the last reference frees the object.
template <concurrency_policy Policy = native_policy>
class basic_ref_count {
 public:
  explicit basic_ref_count(std::uint32_t initial) noexcept : count_(initial) {}

  void add() noexcept {
    // relaxed: the caller has a reference already.
    count_.fetch_add(1, std::memory_order_relaxed);
  }

  /// Returns whether this was the last reference.
  [[nodiscard]] bool drop() noexcept {
    // [J1] acq_rel: what the others did with the object happens before the last one frees it. Pairs with [J1].
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

 private:
  typename Policy::template atomic<std::uint32_t> count_;
};

using ref_count = basic_ref_count<>;

}  // namespace filch::inline v0::detail
