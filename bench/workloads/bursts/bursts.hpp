// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace filch_bench {

inline constexpr std::size_t burst_tasks = 64;
inline constexpr std::size_t burst_count = 100;

/// About half a microsecond.
FILCH_BENCH_OPAQUE inline std::uint64_t burst_work(std::uint64_t x) {
  for (int i = 0; i < 300; ++i) {
    x = (x ^ (x >> 29)) * 6364136223846793005U;  // no two steps can be made one
  }
  return x;
}

/// Enters the pool, runs a group of short tasks, leaves: the outside thread pays for it each time.
template <class Pool>
std::uint64_t burst(Pool& pool, std::uint64_t seed) {
  std::array<std::uint64_t, burst_tasks> parts{};
  if constexpr (Pool::is_serial) {
    for (std::size_t i = 0; i < burst_tasks; ++i) {
      parts[i] = burst_work(seed + i);
    }
  } else {
    pool.run([&] {
      typename Pool::group tasks(pool);
      for (std::size_t i = 0; i < burst_tasks; ++i) {
        tasks.run([&slot = parts[i], x = seed + i] { slot = burst_work(x); });
      }
      tasks.wait();
    });
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t part : parts) {
    sum += part;
  }
  return sum;
}

template <class Pool>
void register_bursts(const options& asked) {
  add_cells<Pool>(asked, "bursts_100x64", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < burst_count * burst_tasks; ++i) {
      expected += burst_work(i);
    }
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          std::uint64_t sum = 0;
          for (std::size_t i = 0; i < burst_count; ++i) {
            sum += burst(pool, i * burst_tasks);
          }
          return sum;
        },
        [&](std::uint64_t sum) { return unless_equal("sum", sum, expected); });
  });
}

}  // namespace filch_bench
