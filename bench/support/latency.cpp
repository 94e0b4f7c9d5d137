// SPDX-License-Identifier: BSL-1.0
#include "support/latency.hpp"

#include <algorithm>
#include <cstddef>

namespace filch_bench {

void latency::report(benchmark::State& state) {
  if (nanoseconds_.empty()) {
    return;
  }
  std::sort(nanoseconds_.begin(), nanoseconds_.end());
  const auto at_percent = [this](std::size_t percent) {
    return static_cast<double>(nanoseconds_[(nanoseconds_.size() - 1) * percent / 100]) / 1000;
  };
  state.counters["p50_us"] = at_percent(50);
  state.counters["p99_us"] = at_percent(99);
}

}  // namespace filch_bench
