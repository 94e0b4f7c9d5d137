// SPDX-License-Identifier: BSL-1.0
#include "suite/suite.hpp"
#include "support/cell.hpp"
#include "support/options.hpp"
#include "support/placement.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

std::string compiler() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#elif defined(__GNUC__)
  return std::string("g++ ") + __VERSION__;
#else
  return "MSVC " + std::to_string(_MSC_FULL_VER);
#endif
}

int run(int argc, char** argv) {
  const filch_bench::options asked = filch_bench::take_options(argc, argv);
  if (asked.pin) {
    filch_bench::enable_pinning();
    filch_bench::place_thread(0);
  }
  if (asked.progress) {
    filch_bench::enable_progress();
  }
  filch_bench::register_members(asked);
  benchmark::AddCustomContext("compiler", compiler());
  benchmark::AddCustomContext("cpus", std::to_string(filch_bench::cpu_count()));
  benchmark::AddCustomContext("pinned", asked.pin ? "yes" : "no");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return EXIT_FAILURE;
  }
  if (benchmark::RunSpecifiedBenchmarks() == 0) {
    std::fputs("no cell matches the filter\n", stderr);
    return EXIT_FAILURE;
  }
  benchmark::Shutdown();
  return filch_bench::any_failed() ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
