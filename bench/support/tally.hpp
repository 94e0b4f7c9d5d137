// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/thread_slot.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace filch_bench {

/// A sum to which any thread adds at the price of a plain store: each has its own cache line.
class tally {
 public:
  void add(std::uint64_t n) {
    // relaxed: only the slot's thread writes it.
    auto& mine = cells_[thread_slot()].sum;
    // [BT1] release: what the thread did before is seen by a reader of the sum. Pairs with [BT2].
    mine.store(mine.load(std::memory_order_relaxed) + n, std::memory_order_release);
  }

  [[nodiscard]] std::uint64_t sum() const {
    std::uint64_t total = 0;
    for (const cell& each : cells_) {
      // [BT2] acquire: with [BT1].
      total += each.sum.load(std::memory_order_acquire);
    }
    return total;
  }

 private:
  struct alignas(64) cell {
    std::atomic<std::uint64_t> sum{0};
  };
  std::array<cell, max_thread_slots> cells_;
};

}  // namespace filch_bench
