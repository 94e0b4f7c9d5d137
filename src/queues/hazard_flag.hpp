// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// A one-bit hazard pointer: it is set while its thread may read a ring of another worker's queue. An owner may free a
/// ring that it has retired if it passes a heavy barrier after that, and then finds no flag set. A flag that is set
/// later belongs to a thread that finds the new ring (docs/design/memory.md, "Trimming").
template <concurrency_policy Policy = native_policy>
class basic_hazard_flag {
 public:
  /// Called before the thread looks for the ring. One thread at a time may use a flag, until it calls `end`.
  void begin() noexcept {
    // relaxed: the other side's heavy barrier orders it before what follows.
    reading_.store(true, std::memory_order_relaxed);
    Policy::light_barrier();
  }

  void end() noexcept {
    // [T1] release: the reads happen before the end of the ring. Pairs with [T2].
    reading_.store(false, std::memory_order_release);
  }

  /// Whether nobody reads what was retired before the call. `any(is_set)` must say whether `is_set(flag)` is true for
  /// one of the flags. Passes a heavy barrier; returns false where there is none.
  template <class Any>
  [[nodiscard]] static bool none_is_set(Any any) noexcept {
    return Policy::heavy_barrier() && none_was_set(any);
  }
  /// The same for a caller that has passed a barrier itself: whether nobody reads what was retired before that barrier.
  template <class Any>
  [[nodiscard]] static bool none_was_set(Any any) noexcept {
    // [T2] acquire: reads that have ended happened before. Pairs with [T1].
    return !any([](const basic_hazard_flag& m) { return m.reading_.load(std::memory_order_acquire); });
  }

 private:
  typename Policy::template atomic<bool> reading_{false};
};

using hazard_flag = basic_hazard_flag<>;

}  // namespace filch::inline v0::detail
