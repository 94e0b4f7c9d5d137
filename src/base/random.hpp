// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace filch::inline v0::detail {

/// xorshift64* (Marsaglia 2003; Vigna 2016): where a worker begins its search.
class random_source {
 public:
  explicit random_source(std::uint64_t seed) noexcept : state_(seed * 0x9E3779B97F4A7C15 + 1) {}

  /// A number in [0, n).
  [[nodiscard]] std::uint32_t below(std::uint32_t n) noexcept {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    const auto high = static_cast<std::uint32_t>((state_ * 0x2545F4914F6CDD1D) >> 32);
    return static_cast<std::uint32_t>((std::uint64_t{high} * n) >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace filch::inline v0::detail
