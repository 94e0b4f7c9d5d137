// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "workloads/loops/skewed_cost.hpp"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace filch_bench {

/// What one element is turned into, by about 2 ns of arithmetic.
inline std::uint64_t loop_step(std::uint64_t x) {
  for (int round = 0; round < 3; ++round) {
    x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15U;
  }
  return x ^ (x >> 29);
}

/// 10^6 elements that cost the same.
template <class Pool>
void register_loop_uniform(const options& asked) {
  add_cells<Pool>(asked, "loop_uniform", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    std::vector<std::uint64_t> results(1'000'000);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
      expected += loop_step(i);
    }
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          pool.parallel_for(0, results.size(), [out = results.data()](std::size_t i) { out[i] = loop_step(i); });
          return 0;
        },
        [&](int) {
          const std::uint64_t sum = std::accumulate(results.begin(), results.end(), std::uint64_t{0});
          results.assign(results.size(), 0);
          return unless_equal("sum", sum, expected);
        });
  });
}

/// 10^4 elements of which few cost most, and those lie together.
template <class Pool>
void register_loop_skewed(const options& asked) {
  add_cells<Pool>(asked, "loop_skewed", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    const std::vector<std::uint32_t> costs = skewed_costs(10'000);
    std::vector<std::uint64_t> results(costs.size());
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < costs.size(); ++i) {
      expected += spend(i, costs[i]);
    }
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          pool.parallel_for(0, results.size(),
                            [out = results.data(), cost = costs.data()](std::size_t i) { out[i] = spend(i, cost[i]); });
          return 0;
        },
        [&](int) {
          const std::uint64_t sum = std::accumulate(results.begin(), results.end(), std::uint64_t{0});
          results.assign(results.size(), 0);
          return unless_equal("sum", sum, expected);
        });
  });
}

}  // namespace filch_bench
