// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>

#include <filch/grain.hpp>

namespace filch::inline v0::detail {

struct tile {
  std::size_t row_lo;
  std::size_t row_hi;
  std::size_t col_lo;
  std::size_t col_hi;
};

/// Cuts a rectangle into square tiles, but for those at its edges.
class tiling {
 public:
  tiling(std::size_t rows, std::size_t cols, std::size_t workers, grain g) noexcept : rows_(rows), cols_(cols) {
    if (g.elements != 0) {
      for (side_ = 1; side_ < g.elements / side_ || side_ * side_ < g.elements;) {
        side_ *= 2;
      }
    } else {
      while (side_ > 1 && count() < 16 * workers) {
        side_ /= 2;
      }
    }
  }

  [[nodiscard]] std::size_t count() const noexcept { return down() * across(); }
  [[nodiscard]] tile operator[](std::size_t i) const noexcept {
    const std::size_t row = i / across() * side_;
    const std::size_t col = i % across() * side_;
    return {row, row + (std::min)(side_, rows_ - row), col, col + (std::min)(side_, cols_ - col)};
  }

 private:
  [[nodiscard]] std::size_t down() const noexcept { return rows_ / side_ + (rows_ % side_ != 0 ? 1 : 0); }
  [[nodiscard]] std::size_t across() const noexcept { return cols_ / side_ + (cols_ % side_ != 0 ? 1 : 0); }

  std::size_t rows_;
  std::size_t cols_;
  std::size_t side_ = 32;
};

}  // namespace filch::inline v0::detail
