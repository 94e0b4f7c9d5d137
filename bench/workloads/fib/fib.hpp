// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"

#include <cstdint>
#include <string>

namespace filch_bench {

FILCH_BENCH_OPAQUE inline std::uint64_t fib_serial(unsigned n) {
  return n < 2 ? n : fib_serial(n - 1) + fib_serial(n - 2);
}

/// One fork at each inner node; no cutoff.
template <class Pool>
std::uint64_t fib(Pool& pool, unsigned n) {
  if constexpr (Pool::is_serial) {
    return fib_serial(n);
  } else {
    if (n < 2) {
      return n;
    }
    std::uint64_t larger = 0;
    std::uint64_t smaller = 0;
    pool.fork_join([&] { larger = fib(pool, n - 1); }, [&] { smaller = fib(pool, n - 2); });
    return larger + smaller;
  }
}

template <class Pool>
void register_fib(const options& asked) {
  struct size {
    unsigned n;
    std::uint64_t expected;
  };
  for (const size each : {size{27, 196'418}, size{35, 9'227'465}}) {
    if (each.n > 30 && !Pool::frees_joined_forks) {
      continue;
    }
    add_cells<Pool>(asked, "fib_" + std::to_string(each.n), oversubscribed::yes,
                    [each](benchmark::State& state, std::size_t threads) {
                      measure<Pool>(
                          state, threads,
                          [&](Pool& pool) {
                            std::uint64_t result = 0;
                            pool.run([&] { result = fib(pool, each.n); });
                            return result;
                          },
                          [&](std::uint64_t got) { return unless_equal("fib", got, each.expected); });
                    });
  }
}

}  // namespace filch_bench
