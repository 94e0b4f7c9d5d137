// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdint>
#include <vector>

namespace filch_bench {

using latency_clock = std::chrono::steady_clock;

/// Collects samples and reports them as the counters p50_us and p99_us.
class latency {
 public:
  void add(latency_clock::duration sample) {
    nanoseconds_.push_back(std::chrono::duration_cast<std::chrono::nanoseconds>(sample).count());
  }
  void report(benchmark::State& state);

 private:
  std::vector<std::int64_t> nanoseconds_;
};

}  // namespace filch_bench
