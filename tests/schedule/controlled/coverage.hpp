// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace controlled {

/// Which places of the program have made a step, and at which of them another thread went on. In memory that child
/// processes share with their parent.
struct coverage {
  static constexpr std::size_t size = 1 << 14;

  std::array<std::atomic<std::uintptr_t>, size> sites;
  std::array<std::atomic<bool>, size> switched;
  std::atomic<std::uint64_t> schedules;
  std::atomic<std::uint64_t> steps;

  void reached(const void* where, bool is_switch) noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(where);
    std::size_t i = (address * 0x9E3779B97F4A7C15U) >> 50;
    for (std::size_t tries = 0; tries < size; ++tries, i = (i + 1) % size) {
      std::uintptr_t found = sites[i].load(std::memory_order_relaxed);
      if (found == 0) {
        sites[i].compare_exchange_strong(found, address, std::memory_order_relaxed);
        found = sites[i].load(std::memory_order_relaxed);
      }
      if (found == address) {
        if (is_switch) {
          switched[i].store(true, std::memory_order_relaxed);
        }
        return;
      }
    }
  }
};

/// The one of this process; null until `share_coverage`.
[[nodiscard]] coverage* shared_coverage() noexcept;
void share_coverage();

}  // namespace controlled
