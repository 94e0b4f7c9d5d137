// SPDX-License-Identifier: BSL-1.0
#include "workloads/matmul/matrix.hpp"

#include <cstdint>
#include <random>

namespace filch_bench {
namespace {

std::vector<double> times_vector(const matrix& m, const std::vector<double>& x) {
  std::vector<double> product(m.size());
  for (std::size_t row = 0; row < m.size(); ++row) {
    for (std::size_t column = 0; column < m.size(); ++column) {
      product[row] += static_cast<double>(m.view().first[row * m.size() + column]) * x[column];
    }
  }
  return product;
}

}  // namespace

void multiply_leaf(matrix_view<const float> a, matrix_view<const float> b, matrix_view<float> c) {
  for (std::size_t row = 0; row < c.size; ++row) {
    float* __restrict const sums = c.first + row * c.stride;
    for (std::size_t k = 0; k < c.size; ++k) {
      const float factor = a.first[row * a.stride + k];
      const float* __restrict const factors = b.first + k * b.stride;
      for (std::size_t column = 0; column < c.size; ++column) {
        sums[column] += factor * factors[column];
      }
    }
  }
}

matrix test_matrix(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  matrix made(size);
  for (std::size_t i = 0; i < size * size; ++i) {
    made.view().first[i] = static_cast<float>(random() % 8);
  }
  return made;
}

std::string wrong_product(const matrix& a, const matrix& b, const matrix& c) {
  std::minstd_rand random(3);
  std::vector<double> x(a.size());
  for (double& each : x) {
    each = static_cast<double>(random() % 1000);
  }
  return times_vector(c, x) == times_vector(a, times_vector(b, x)) ? std::string() : std::string("product");
}

}  // namespace filch_bench
