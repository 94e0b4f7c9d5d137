// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Says that a thread may be reading a ring of somebody's queue. Who retires a ring, passes a heavy barrier, and then
/// finds no mark may free it: a mark that comes later belongs to a read that finds the new ring (docs/design/memory.md,
/// "Trimming").
template <class Policy = native_policy>
class basic_reading_mark {
 public:
  /// Before the thread looks for the ring. One thread at a time, to `end`.
  void begin() noexcept {
    // relaxed: the other side's heavy barrier orders it before what follows.
    reading_.store(true, std::memory_order_relaxed);
    Policy::light_barrier();
  }

  void end() noexcept {
    // [T1] release: the reads happen before the end of the ring. Pairs with [T2].
    reading_.store(false, std::memory_order_release);
  }

  /// Whether nobody is reading what was retired before the call. `any(is_set)` says whether `is_set(mark)` is true of
  /// one. False also where there is no heavy barrier.
  template <class Any>
  [[nodiscard]] static bool none_is_set(Any any) noexcept {
    return Policy::heavy_barrier() && none_was_set(any);
  }
  /// The same after a barrier of the caller's: whether nobody reads what was retired before that.
  template <class Any>
  [[nodiscard]] static bool none_was_set(Any any) noexcept {
    // [T2] acquire: reads that have ended happened before. Pairs with [T1].
    return !any([](const basic_reading_mark& m) { return m.reading_.load(std::memory_order_acquire); });
  }

 private:
  typename Policy::template atomic<bool> reading_{false};
};

using reading_mark = basic_reading_mark<>;

}  // namespace filch::inline v0::detail
