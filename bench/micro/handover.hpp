// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/latency.hpp"
#include "support/measure.hpp"
#include "support/outside.hpp"
#include "support/pause.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>

namespace filch_bench {

/// Submits one task and spins until it started, again and again: the pool is hot. A repetition is
/// 10^4 hand-overs, or fewer where one costs so much that they would take longer than 0.3 s.
template <class Pool>
void handover(benchmark::State& state, std::size_t threads) {
  constexpr std::size_t most_samples = 10'000;
  constexpr std::chrono::milliseconds longest(300);
  Pool pool(threads);
  latency samples;
  std::atomic<std::size_t> started{0};
  std::size_t submitted = 0;
  const auto sample = [&] {
    ++submitted;
    const latency_clock::time_point before = latency_clock::now();
    pool.execute([&started, n = submitted] { started.store(n, std::memory_order_relaxed); });
    // relaxed: only the number matters, nothing else is read.
    while (started.load(std::memory_order_relaxed) != submitted) {
      pause();
    }
    samples.add(latency_clock::now() - before);
  };
  for (auto _ : state) {
    from_outside(pool, [&] {
      const latency_clock::time_point end = latency_clock::now() + longest;
      for (std::size_t i = 0; i < most_samples && latency_clock::now() < end; ++i) {
        sample();
      }
    });
  }
  pool.wait_idle();
  samples.report(state);
}

template <class Pool>
void register_handover(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    add_cells<Pool>(asked, "handover", oversubscribed::no, &handover<Pool>, repeat::once);
  }
}

}  // namespace filch_bench
