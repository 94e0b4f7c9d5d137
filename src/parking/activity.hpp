// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Whether one worker may hold or take work. The word is odd while the worker may, and even while the worker sleeps or
/// is about to. The word only grows, so two equal even readings mean that the worker took and ran nothing between them
/// (docs/design/lifetime.md, "Idle").
template <concurrency_policy Policy = native_policy>
class basic_activity {
 public:
  /// A worker begins busy. A guest's slot begins idle, so that making it changes no sum.
  explicit basic_activity(bool begins_busy = true) noexcept : value_(begins_busy ? 1 : 0) {}

  /// Called before the worker's first look for work.
  void set_busy() noexcept { step(); }

  /// Called after the worker's last look. A thread that reads the even value sees what the worker did before.
  void set_idle() noexcept { step(); }

  [[nodiscard]] std::uint64_t read() const noexcept {
    // [A1] seq_cst: the collects and the looks at the queues between them are one order with the steps. Pairs with
    // [A2].
    return value_.load(std::memory_order_seq_cst);
  }

  [[nodiscard]] static bool is_busy(std::uint64_t value) noexcept { return value % 2 != 0; }

 private:
  void step() noexcept {
    // relaxed: only the worker writes it.
    const std::uint64_t v = value_.load(std::memory_order_relaxed);
    // [A2] seq_cst: busy before the first take, idle after the last, and idle before the look for waiters [E2].
    // Pairs with [A1].
    value_.store(v + 1, std::memory_order_seq_cst);
  }

  typename Policy::template atomic<std::uint64_t> value_;
};

using activity = basic_activity<>;

}  // namespace filch::inline v0::detail
