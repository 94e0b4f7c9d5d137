// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "algorithms/ranges.hpp"
#include "support/measure.hpp"
#include "workloads/loops/loops.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace filch_bench {

/// Loops of few elements of about 2 ns, one after the other: 10^6 elements in all.
template <class Pool>
void register_loop_small(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "loop_small_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    std::vector<std::uint64_t> results(size);
                    std::uint64_t expected = 0;
                    for (std::size_t i = 0; i < size; ++i) {
                      expected += loop_step(i);
                    }
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          for (std::size_t n = 0; n < 1'000'000 / size; ++n) {
                            pool.parallel_for(0, size,
                                              [out = results.data()](std::size_t i) { out[i] = loop_step(i); });
                          }
                          return 0;
                        },
                        [&](int) {
                          const std::uint64_t sum = std::accumulate(results.begin(), results.end(), std::uint64_t{0});
                          results.assign(size, 0);
                          return unless_equal("sum", sum, expected);
                        });
                  });
}

/// 128 bodies that attract each other, 1,000 steps: two short loops a step.
template <class Pool>
void register_nbody(const options& asked) {
  add_cells<Pool>(asked, "nbody_128", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    struct body {
      double place;
      double speed;
    };
    constexpr std::size_t size = 128;
    constexpr int steps = 1000;
    const auto step = [](std::vector<body>& bodies, auto loop) {
      loop([&](std::size_t i) {
        double pull = 0;
        for (const body& other : bodies) {
          const double away = other.place - bodies[i].place;
          pull += away / (std::abs(away * away * away) + 1e-3);
        }
        bodies[i].speed += 1e-6 * pull;
      });
      loop([&](std::size_t i) { bodies[i].place += 1e-3 * bodies[i].speed; });
    };
    std::vector<body> start;
    for (std::size_t i = 0; i < size; ++i) {
      start.push_back({std::sin(static_cast<double>(i)), 0});
    }
    std::vector<body> expected = start;
    for (int n = 0; n < steps; ++n) {
      step(expected, [&](auto f) {
        for (std::size_t i = 0; i < size; ++i) {
          f(i);
        }
      });
    }
    std::vector<body> bodies = start;
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          for (int n = 0; n < steps; ++n) {
            step(bodies, [&](auto f) { pool.parallel_for(0, size, f); });
          }
          return bodies[5].place;
        },
        [&](double place) {
          bodies = start;
          return unless_equal("place", place, expected[5].place);
        });
  });
}

}  // namespace filch_bench
