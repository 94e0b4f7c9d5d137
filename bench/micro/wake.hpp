// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/latency.hpp"
#include "support/measure.hpp"
#include "support/process.hpp"
#include "support/signal.hpp"

#include <chrono>
#include <cstddef>
#include <thread>

namespace filch_bench {

/// After 5 ms of silence, how long from execute() to the start of the task, while the submitter
/// blocks; and the CPU time that a task and its wake-up cost the process.
template <class Pool>
void register_wake(const options& asked) {
  if constexpr (Pool::accepts_outside) {
    add_cells<Pool>(asked, "wake", oversubscribed::no,
                    [count = asked.samples](benchmark::State& state, std::size_t threads) {
                      Pool pool(threads);
                      latency samples;
                      signal ran;
                      latency_clock::time_point start;
                      const auto cpu_before = process_cpu_time();
                      for (auto _ : state) {
                        for (std::size_t i = 0; i < count; ++i) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(5));
                          const latency_clock::time_point before = latency_clock::now();
                          pool.execute([&] {
                            start = latency_clock::now();
                            ran.set();
                          });
                          ran.wait();
                          samples.add(start - before);
                        }
                      }
                      const auto cpu = process_cpu_time() - cpu_before;
                      pool.wait_idle();
                      samples.report(state);
                      state.counters["cpu_us_per_task"] =
                          std::chrono::duration<double, std::micro>(cpu).count() /
                          static_cast<double>(static_cast<std::size_t>(state.iterations()) * count);
                    },
                    repeat::once);
  }
}

}  // namespace filch_bench
