// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "workloads/matmul/matrix.hpp"

#include <cstddef>
#include <string>

namespace filch_bench {

/// c += a * b for square blocks: the halves of the sum one after the other, the four quadrants of
/// the product beside each other.
template <class Pool>
void matmul(Pool& pool, matrix_view<const float> a, matrix_view<const float> b, matrix_view<float> c) {
  if (c.size <= matmul_leaf) {
    multiply_leaf(a, b, c);
    return;
  }
  for (const int k : {0, 1}) {
    const auto quadrant = [&, k](int row, int column) {
      matmul(pool, a.quadrant(row, k), b.quadrant(k, column), c.quadrant(row, column));
    };
    if constexpr (Pool::is_serial) {
      quadrant(0, 0);
      quadrant(0, 1);
      quadrant(1, 0);
      quadrant(1, 1);
    } else {
      pool.fork_join([&] { pool.fork_join([&] { quadrant(0, 0); }, [&] { quadrant(0, 1); }); },
                     [&] { pool.fork_join([&] { quadrant(1, 0); }, [&] { quadrant(1, 1); }); });
    }
  }
}

template <class Pool>
void register_matmul(const options& asked) {
  for (const std::size_t size : {std::size_t{256}, std::size_t{1024}}) {
    add_cells<Pool>(asked, "matmul_" + std::to_string(size), oversubscribed::yes,
                    [size](benchmark::State& state, std::size_t threads) {
                      const matrix a = test_matrix(size, 7);
                      const matrix b = test_matrix(size, 11);
                      matrix c(size);
                      measure<Pool>(
                          state, threads,
                          [&](Pool& pool) {
                            pool.run([&] {
                              c.clear();
                              matmul(pool, a.view(), b.view(), c.view());
                            });
                            return 0;
                          },
                          [&](int) { return wrong_product(a, b, c); });
                    });
  }
}

}  // namespace filch_bench
