// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace filch_bench {

inline constexpr std::size_t matmul_leaf = 32;

/// A square block of a larger matrix, row by row.
template <class T>
struct matrix_view {
  T* first;
  std::size_t size;
  std::size_t stride;

  [[nodiscard]] matrix_view quadrant(int row, int column) const {
    const std::size_t half = size / 2;
    return {first + static_cast<std::size_t>(row) * half * stride + static_cast<std::size_t>(column) * half, half,
            stride};
  }
};

/// A square matrix.
class matrix {
 public:
  explicit matrix(std::size_t size) : size_(size), values_(size * size) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] matrix_view<const float> view() const { return {values_.data(), size_, size_}; }
  [[nodiscard]] matrix_view<float> view() { return {values_.data(), size_, size_}; }
  void clear() { std::fill(values_.begin(), values_.end(), 0.0F); }

 private:
  std::size_t size_;
  std::vector<float> values_;
};

/// c += a * b.
void multiply_leaf(matrix_view<const float> a, matrix_view<const float> b, matrix_view<float> c);

/// Small whole numbers, so that every product is exact.
[[nodiscard]] matrix test_matrix(std::size_t size, unsigned seed);

/// Empty if c = a * b: compares c x with a (b x) for a vector x (Freivalds), in exact arithmetic.
[[nodiscard]] std::string wrong_product(const matrix& a, const matrix& b, const matrix& c);

}  // namespace filch_bench
