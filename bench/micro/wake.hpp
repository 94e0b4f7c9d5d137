// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/latency.hpp"
#include "support/measure.hpp"
#include "support/outside.hpp"
#include "support/process.hpp"
#include "support/signal.hpp"

#include <chrono>
#include <cstddef>
#include <thread>

namespace filch_bench {

/// After 5 ms of silence, how long from execute() to the start of the task, while the submitter
/// blocks; and the CPU time that a task and its wake-up cost the process.
template <class Pool>
void wake(benchmark::State& state, std::size_t threads, std::size_t count) {
  Pool pool(threads);
  latency samples;
  signal ran;
  latency_clock::time_point start;
  const auto sample = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const latency_clock::time_point before = latency_clock::now();
    pool.execute([&] {
      start = latency_clock::now();
      ran.set();
    });
    ran.wait();
    samples.add(start - before);
  };
  for (auto _ : state) {
    const auto cpu_before = process_cpu_time();
    from_outside(pool, [&] {
      for (std::size_t i = 0; i < count; ++i) {
        sample();
      }
    });
    state.counters["cpu_us_per_task"] =
        std::chrono::duration<double, std::micro>(process_cpu_time() - cpu_before).count() / static_cast<double>(count);
  }
  pool.wait_idle();
  samples.report(state);
}

template <class Pool>
void register_wake(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    add_cells<Pool>(
        asked, "wake", oversubscribed::no,
        [count = asked.samples](benchmark::State& state, std::size_t threads) { wake<Pool>(state, threads, count); },
        repeat::once);
  }
}

}  // namespace filch_bench
