// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace filch_bench {

/// The sum of the leaves' numbers, and how many tasks took part.
struct skynet_result {
  std::uint64_t sum = 0;
  std::uint64_t tasks = 0;
};

inline constexpr std::size_t skynet_children = 10;

inline skynet_result skynet_total(const std::array<skynet_result, skynet_children>& parts) {
  skynet_result total{.sum = 0, .tasks = 1};
  for (const skynet_result& part : parts) {
    total.sum += part.sum;
    total.tasks += part.tasks;
  }
  return total;
}

FILCH_BENCH_OPAQUE inline skynet_result skynet_serial(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1) {
    return {.sum = first, .tasks = 1};
  }
  const std::uint64_t part = leaves / skynet_children;
  std::array<skynet_result, skynet_children> parts;
  for (std::size_t i = 0; i < skynet_children; ++i) {
    parts[i] = skynet_serial(first + i * part, part);
  }
  return skynet_total(parts);
}

/// Ten children a node; each node and each leaf is a task of its own.
template <class Pool>
skynet_result skynet(Pool& pool, std::uint64_t first, std::uint64_t leaves) {
  if constexpr (Pool::is_serial) {
    return skynet_serial(first, leaves);
  } else {
    if (leaves == 1) {
      return {.sum = first, .tasks = 1};
    }
    const std::uint64_t part = leaves / skynet_children;
    std::array<skynet_result, skynet_children> parts;
    typename Pool::group children(pool);
    for (std::size_t i = 0; i < skynet_children; ++i) {
      children.run([&pool, &slot = parts[i], low = first + i * part, part] { slot = skynet(pool, low, part); });
    }
    children.wait();
    return skynet_total(parts);
  }
}

template <class Pool>
void register_skynet(const options& asked) {
  for (const unsigned digits : {5U, 7U}) {
    if (digits > 6 && !Pool::frees_joined_forks) {
      continue;
    }
    std::uint64_t leaves = 1;
    std::uint64_t nodes = 1;
    for (unsigned i = 0; i < digits; ++i) {
      leaves *= skynet_children;
      nodes += leaves;
    }
    add_cells<Pool>(asked, "skynet_1e" + std::to_string(digits), oversubscribed::yes,
                    [leaves, nodes](benchmark::State& state, std::size_t threads) {
                      measure<Pool>(
                          state, threads,
                          [&](Pool& pool) {
                            skynet_result result;
                            pool.run([&] { result = skynet(pool, 0, leaves); });
                            return result;
                          },
                          [&](const skynet_result& got) {
                            return unless_equal("sum", got.sum, leaves * (leaves - 1) / 2) +
                                   unless_equal("number of tasks", got.tasks, nodes);
                          });
                    });
  }
}

}  // namespace filch_bench
