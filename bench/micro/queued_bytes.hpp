// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/outside.hpp"
#include "support/process.hpp"
#include "support/signal.hpp"
#include "support/tally.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace filch_bench {

inline constexpr std::size_t queued_tasks = 1'000'000;

/// Holds one worker.
struct gate {
  signal reached;
  signal open;
};

/// Memory of a task that is queued: 10^6 of them, with captures of 16 bytes, behind blocked
/// workers. True only in a process of its own, where no memory of earlier cells is used again.
template <class Pool>
void queued_bytes(benchmark::State& state, std::size_t threads) {
  Pool pool(threads);
  tally numbers;
  std::vector<gate> gates(threads);
  for (auto _ : state) {
    for (gate& each : gates) {
      pool.execute([&each] {
        each.reached.set();
        each.open.wait();
      });
    }
    for (gate& each : gates) {
      each.reached.wait();
    }
    const std::size_t before = resident_bytes();
    from_outside(pool, [&pool, &numbers] {
      for (std::size_t i = 1; i <= queued_tasks; ++i) {
        pool.execute([&numbers, i] { numbers.add(i); });
      }
    });
    const std::size_t after = resident_bytes();
    for (gate& each : gates) {
      each.open.set();
    }
    pool.wait_idle();
    state.counters["bytes_per_task"] = static_cast<double>(after - before) / static_cast<double>(queued_tasks);
  }
  constexpr std::uint64_t expected = std::uint64_t{queued_tasks} * (queued_tasks + 1) / 2;
  if (numbers.sum() != expected) {
    fail(state, unless_equal("sum of the tasks' numbers", numbers.sum(), expected));
  }
}

template <class Pool>
void register_queued_bytes(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    add_cells<Pool>(asked, "queued_bytes", oversubscribed::no, &queued_bytes<Pool>, repeat::once);
  }
}

}  // namespace filch_bench
