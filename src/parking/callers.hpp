// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts the threads inside of a pool that no other thread knows: lone guests, and threads that discard tasks. It is
/// read like an activity word: if nobody is inside, two equal readings mean that nobody was inside between them.
template <concurrency_policy Policy = native_policy>
class basic_callers {
 public:
  void enter() noexcept {
    // [A5] seq_cst: before the look whether the pool drains [H5]. Whoever finds the queue empty that the caller took
    // its task from sees the take, and with it this. Pairs with [H4].
    word_.fetch_add(one_entry + 1, std::memory_order_seq_cst);
  }

  void leave() noexcept {
    // [A3] seq_cst: idle before the look for waiters [E2]; publishes what the task did. Pairs with [A4].
    word_.fetch_sub(1, std::memory_order_seq_cst);
  }

  [[nodiscard]] std::uint64_t read() const noexcept {
    // [A4] seq_cst: as [A1]. Pairs with [A3].
    return word_.load(std::memory_order_seq_cst);
  }

  /// The number of threads that are inside.
  [[nodiscard]] static std::uint64_t count(std::uint64_t word) noexcept { return word & (one_entry - 1); }
  [[nodiscard]] static bool any(std::uint64_t word) noexcept { return count(word) != 0; }

 private:
  // bits 0-31: inside now; bits 32-63: counts the entries.
  static constexpr std::uint64_t one_entry = std::uint64_t{1} << 32;

  typename Policy::template atomic<std::uint64_t> word_{0};
};

using callers = basic_callers<>;

}  // namespace filch::inline v0::detail
