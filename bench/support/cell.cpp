// SPDX-License-Identifier: BSL-1.0
#include "support/cell.hpp"

#include "support/placement.hpp"
#include "support/process.hpp"

#include <chrono>
#include <cstdio>

#if defined(__unix__)
#include <unistd.h>
#endif

namespace filch_bench {
namespace {

using progress_clock = std::chrono::steady_clock;

bool progress = false;
bool failed = false;

bool stderr_is_terminal() {
#if defined(__unix__)
  return ::isatty(STDERR_FILENO) == 1;
#else
  return false;
#endif
}

}  // namespace

void enable_progress() { progress = true; }

void show_progress(const std::string& cell) {
  static const progress_clock::time_point start = progress_clock::now();
  static const bool terminal = stderr_is_terminal();
  static progress_clock::time_point last_line{};
  if (!progress) {
    return;
  }
  const progress_clock::time_point now = progress_clock::now();
  const double seconds = std::chrono::duration<double>(now - start).count();
  if (terminal) {
    std::fprintf(stderr, "\r\033[K%6.1f s  %s", seconds, cell.c_str());
  } else if (now - last_line >= std::chrono::seconds(5)) {
    std::fprintf(stderr, "%6.1f s  %s\n", seconds, cell.c_str());
    last_line = now;
  }
}

void fail(benchmark::State& state, const std::string& what) {
  failed = true;
  state.SkipWithError(("wrong result: " + what).c_str());
}

bool any_failed() { return failed; }

void report_peak_memory(benchmark::State& state) {
  state.counters["peak_bytes"] = static_cast<double>(peak_resident_bytes());
}

bool exceeds_cpus(std::size_t threads) { return threads > 2 && threads > cpu_count(); }

}  // namespace filch_bench
