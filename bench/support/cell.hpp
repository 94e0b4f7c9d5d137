// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/options.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <exception>
#include <string>
#include <utility>

namespace filch_bench {

/// How often a repetition runs the timed part: as often as the least time asks, or once.
enum class repeat { for_least_time, once };

/// Whether pools with more threads than CPUs say something about a workload.
enum class oversubscribed { no, yes };

/// Says on stderr which cell runs, if options::progress.
void enable_progress();
void show_progress(const std::string& cell);

/// Marks the repetition and the whole run as failed: the result was wrong.
void fail(benchmark::State& state, const std::string& what);
[[nodiscard]] bool any_failed();

/// Counter peak_bytes: of the process so far.
void report_peak_memory(benchmark::State& state);

/// Registers "<workload>/<pool>/<threads>": real time and the process's CPU time. `body` is called
/// once a repetition with the state and the number of threads.
template <class Body>
void add_cell(const std::string& workload, const std::string& pool, std::size_t threads, repeat how_often, Body body) {
  const std::string name = workload + '/' + pool + '/' + std::to_string(threads);
  auto run = [name, threads, body = std::move(body)](benchmark::State& state) {
    show_progress(name);
    try {
      body(state, threads);
      report_peak_memory(state);
    } catch (const std::exception& error) {
      fail(state, error.what());
    }
  };
  auto* const cell = benchmark::RegisterBenchmark(name.c_str(), std::move(run));
  cell->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
  if (how_often == repeat::once) {
    cell->Iterations(1);
  }
}

[[nodiscard]] bool exceeds_cpus(std::size_t threads);

/// One cell for each size of pool that the options ask for; the serial version always, and once.
template <class Pool, class Body>
void add_cells(const options& asked, const std::string& workload, oversubscribed more, Body body,
               repeat how_often = repeat::for_least_time) {
  if constexpr (Pool::is_serial) {
    add_cell(workload, Pool::name, 1, how_often, body);
  } else {
    for (const std::size_t threads : asked.threads) {
      if (more == oversubscribed::yes || !exceeds_cpus(threads)) {
        add_cell(workload, Pool::name, threads, how_often, body);
      }
    }
  }
}

}  // namespace filch_bench
