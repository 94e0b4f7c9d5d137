// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace filch_bench {

inline constexpr std::size_t queens_limit = 16;

/// column[row] of the queens placed so far.
using queens_board = std::array<std::int8_t, queens_limit>;

inline bool queen_is_safe(const queens_board& board, std::size_t row, std::size_t column) {
  for (std::size_t other = 0; other < row; ++other) {
    const auto taken = static_cast<std::size_t>(board[other]);
    const std::size_t distance = row - other;
    if (taken == column || taken + distance == column || taken == column + distance) {
      return false;
    }
  }
  return true;
}

FILCH_BENCH_OPAQUE inline std::uint64_t nqueens_serial(queens_board board, std::size_t row, std::size_t size) {
  if (row == size) {
    return 1;
  }
  std::uint64_t solutions = 0;
  for (std::size_t column = 0; column < size; ++column) {
    if (queen_is_safe(board, row, column)) {
      board[row] = static_cast<std::int8_t>(column);
      solutions += nqueens_serial(board, row + 1, size);
    }
  }
  return solutions;
}

/// One task for each queen placed, down to the last row.
template <class Pool>
std::uint64_t nqueens(Pool& pool, const queens_board& board, std::size_t row, std::size_t size) {
  if constexpr (Pool::is_serial) {
    return nqueens_serial(board, row, size);
  } else {
    if (row == size) {
      return 1;
    }
    std::array<std::uint64_t, queens_limit> parts;  // one for each child
    std::size_t placed = 0;
    typename Pool::group children(pool);
    for (std::size_t column = 0; column < size; ++column) {
      if (queen_is_safe(board, row, column)) {
        children.run([&pool, &board, &slot = parts[placed++], row, column, size] {
          queens_board next = board;
          next[row] = static_cast<std::int8_t>(column);
          slot = nqueens(pool, next, row + 1, size);
        });
      }
    }
    children.wait();
    std::uint64_t solutions = 0;
    for (std::size_t child = 0; child < placed; ++child) {
      solutions += parts[child];
    }
    return solutions;
  }
}

template <class Pool>
void register_nqueens(const options& asked) {
  struct size {
    std::size_t n;
    std::uint64_t expected;
  };
  for (const size each : {size{10, 724}, size{13, 73'712}}) {
    if (each.n > 12 && !Pool::frees_joined_forks) {
      continue;
    }
    add_cells<Pool>(asked, "nqueens_" + std::to_string(each.n), oversubscribed::yes,
                    [each](benchmark::State& state, std::size_t threads) {
                      measure<Pool>(
                          state, threads,
                          [&](Pool& pool) {
                            std::uint64_t result = 0;
                            pool.run([&] { result = nqueens(pool, queens_board{}, 0, each.n); });
                            return result;
                          },
                          [&](std::uint64_t got) { return unless_equal("solutions", got, each.expected); });
                    });
  }
}

}  // namespace filch_bench
