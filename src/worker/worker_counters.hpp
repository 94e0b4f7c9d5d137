// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// A number that one thread writes and others read, for statistics.
class counter {
 public:
  // relaxed, all: a single writer, and readers that need no order.
  void add(std::uint64_t n = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) noexcept { value_.store(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t get() const noexcept { return value_.load(std::memory_order_relaxed); }

 private:
  atomic<std::uint64_t> value_{0};
};

struct worker_counters {
  counter tasks_started;
  counter tasks_completed;
  counter children_run;   // by the owner of their group: started and completed, but not in the two above
  counter tasks_running;  // nested ones too: started less completed is of two moments, this is of one
  counter tasks_discarded;
  counter forks_stolen;
  counter tasks_stolen;
  counter steals_lost;
  counter parks;
  counter wakes;
  counter waits;
  counter waits_idle;
  counter waits_parked;
};

}  // namespace filch::inline v0::detail
