// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/process.hpp"

#include <chrono>
#include <cstddef>
#include <thread>

namespace filch_bench {

/// CPU time of a pool that had work and now has none, over 3 s.
template <class Pool>
void register_idle_cpu(const options& asked) {
  if constexpr (!Pool::is_serial && Pool::forks) {
    add_cells<Pool>(
        asked, "idle_cpu", oversubscribed::yes,
        [](benchmark::State& state, std::size_t threads) {
          Pool pool(threads);
          pool.parallel_for(0, 100'000, [](std::size_t i) { benchmark::DoNotOptimize(i); });
          std::this_thread::sleep_for(std::chrono::milliseconds(200));
          for (auto _ : state) {
            const auto before = process_cpu_time();
            std::this_thread::sleep_for(std::chrono::seconds(3));
            state.counters["idle_cpu_ms"] =
                std::chrono::duration<double, std::milli>(process_cpu_time() - before).count();
          }
        },
        repeat::once);
  }
}

}  // namespace filch_bench
