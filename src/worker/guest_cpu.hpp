// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/detail/base/atomic.hpp>

#include "os/topology.hpp"

namespace filch::inline v0::detail {

/// The CPU on which the last guest was when it came. Workers that are bound to other CPUs are woken rather than those
/// that are bound to this one (docs/design/guests-and-spares.md, "Guests").
class guest_cpu {
 public:
  static constexpr int none = -1;

  // relaxed, all: a hint.
  void come(int cpu) noexcept { cpu_.store(cpu, std::memory_order_relaxed); }
  void leave() noexcept { cpu_.store(none, std::memory_order_relaxed); }
  /// Whether the guest was on this CPU. Of a worker that is bound to none, never.
  [[nodiscard]] bool is_taken(int cpu) const noexcept {
    return cpu != none && cpu_.load(std::memory_order_relaxed) == cpu;
  }
  /// The same; or whether the calling thread is on it.
  [[nodiscard]] bool is_taken_or_here(int cpu) const noexcept {
    return is_taken(cpu) || (cpu != none && cpu == current_cpu());
  }

 private:
  atomic<int> cpu_{none};
};

}  // namespace filch::inline v0::detail
