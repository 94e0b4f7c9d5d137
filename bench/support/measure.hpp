// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/cell.hpp"

#include <cstddef>
#include <string>

namespace filch_bench {

/// The repetition that most workloads are: a fresh pool whose threads run, then `solve(pool)` again
/// and again; `wrong(result)` is empty or says what is wrong, and is not timed.
template <class Pool, class Solve, class Wrong>
void measure(benchmark::State& state, std::size_t threads, Solve solve, Wrong wrong) {
  Pool pool(threads);
  pool.run([] {});
  for (auto _ : state) {
    const auto result = solve(pool);
    state.PauseTiming();
    if (const std::string problem = wrong(result); !problem.empty()) {
      fail(state, problem);
      break;
    }
    state.ResumeTiming();
  }
}

/// Empty if they are equal, else what differs.
template <class T>
[[nodiscard]] std::string unless_equal(const char* what, const T& got, const T& expected) {
  return got == expected ? std::string()
                         : std::string(what) + " is " + std::to_string(got) + ", not " + std::to_string(expected);
}

}  // namespace filch_bench
