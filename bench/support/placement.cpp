// SPDX-License-Identifier: BSL-1.0
#include "support/placement.hpp"

#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#endif

namespace filch_bench {
namespace {

bool pinning = false;

#if defined(__linux__)
std::vector<std::size_t> read_mask() {
  std::vector<std::size_t> cpus;
  cpu_set_t mask;
  if (::sched_getaffinity(0, sizeof mask, &mask) == 0) {
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &mask)) {
        cpus.push_back(cpu);
      }
    }
  }
  return cpus;
}

/// Read once, before any thread is pinned.
const std::vector<std::size_t>& process_cpus() {
  static const std::vector<std::size_t> cpus = read_mask();
  return cpus;
}
#endif

}  // namespace

void enable_pinning() {
  static_cast<void>(cpu_count());
  pinning = true;
}

bool pinning_enabled() { return pinning; }

void place_thread(std::size_t k) {
#if defined(__linux__)
  if (pinning && !process_cpus().empty()) {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CPU_SET(process_cpus()[k % process_cpus().size()], &mask);
    static_cast<void>(::sched_setaffinity(0, sizeof mask, &mask));
  }
#else
  static_cast<void>(k);
#endif
}

std::size_t cpu_count() {
#if defined(__linux__)
  if (!process_cpus().empty()) {
    return process_cpus().size();
  }
#endif
  return std::thread::hardware_concurrency() == 0 ? 1 : std::thread::hardware_concurrency();
}

}  // namespace filch_bench
