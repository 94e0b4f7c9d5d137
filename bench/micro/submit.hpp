// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "micro/producers.hpp"
#include "support/measure.hpp"
#include "support/outside.hpp"
#include "support/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace filch_bench {

inline constexpr std::size_t submit_tasks = 192'000;

/// Outside threads submit tasks that do next to nothing; timed from the first one to the moment at
/// which all have run.
template <class Pool>
void submit(benchmark::State& state, std::size_t threads, std::size_t producer_count) {
  Pool pool(threads);
  tally numbers;
  const std::size_t share = submit_tasks / producer_count;
  producers team(producer_count, [&pool, &numbers, share](std::size_t k) {
    from_outside(pool, [&pool, &numbers, share, k] {
      for (std::size_t i = k * share + 1; i <= (k + 1) * share; ++i) {
        pool.execute([&numbers, i] { numbers.add(i); });
      }
    });
  });
  constexpr std::uint64_t expected = std::uint64_t{submit_tasks} * (submit_tasks + 1) / 2;
  std::uint64_t before = 0;
  for (auto _ : state) {
    team.produce();
    pool.wait_idle();
    const std::uint64_t after = numbers.sum();
    if (after - before != expected) {
      fail(state, unless_equal("sum of the tasks' numbers", after - before, expected));
      break;
    }
    before = after;
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(submit_tasks));
}

template <class Pool>
void register_submit(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    for (const std::size_t count : {1U, 2U, 4U, 16U}) {
      add_cells<Pool>(asked, "submit_" + std::to_string(count) + "p", oversubscribed::yes,
                      [count](benchmark::State& state, std::size_t threads) { submit<Pool>(state, threads, count); });
    }
  }
}

}  // namespace filch_bench
