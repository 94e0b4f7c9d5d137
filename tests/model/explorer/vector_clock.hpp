// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace filch_model {

using thread_id = std::size_t;

/// The scenario's own thread, 0, and those it starts.
inline constexpr std::size_t max_threads = 6;

/// How many steps of each thread are known.
class vector_clock {
 public:
  [[nodiscard]] std::uint32_t of(thread_id t) const noexcept { return steps_[t]; }
  [[nodiscard]] bool knows(thread_id t, std::uint32_t step) const noexcept { return step <= steps_[t]; }

  void set(thread_id t, std::uint32_t step) noexcept { steps_[t] = step; }
  void tick(thread_id t) noexcept { ++steps_[t]; }

  void join(const vector_clock& other) noexcept {
    for (std::size_t t = 0; t < max_threads; ++t) {
      steps_[t] = std::max(steps_[t], other.steps_[t]);
    }
  }

 private:
  std::array<std::uint32_t, max_threads> steps_{};
};

}  // namespace filch_model
