// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/latency.hpp"
#include "support/measure.hpp"
#include "support/outside.hpp"
#include "support/pause.hpp"

#include <atomic>
#include <cstddef>

namespace filch_bench {

/// Submits one task and spins until it started, again and again: the pool is hot.
template <class Pool>
void handover(benchmark::State& state, std::size_t threads) {
  Pool pool(threads);
  latency samples;
  std::atomic<std::size_t> started{0};
  std::size_t submitted = 0;
  from_outside(pool, [&] {
    for (auto _ : state) {
      ++submitted;
      const latency_clock::time_point before = latency_clock::now();
      pool.execute([&started, n = submitted] { started.store(n, std::memory_order_relaxed); });
      // relaxed: only the number matters, nothing else is read.
      while (started.load(std::memory_order_relaxed) != submitted) {
        pause();
      }
      samples.add(latency_clock::now() - before);
    }
  });
  pool.wait_idle();
  samples.report(state);
}

template <class Pool>
void register_handover(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    add_cells<Pool>(asked, "handover", oversubscribed::no, &handover<Pool>);
  }
}

}  // namespace filch_bench
