// SPDX-License-Identifier: BSL-1.0
#include "support/process.hpp"

#include <cstdint>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>

#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__unix__)
#include <unistd.h>
#endif

namespace filch_bench {

std::chrono::nanoseconds process_cpu_time() {
#if defined(__unix__)
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
#else
  return std::chrono::nanoseconds(static_cast<std::int64_t>(std::clock()) * (1'000'000'000 / CLOCKS_PER_SEC));
#endif
}

std::size_t resident_bytes() {
#if defined(__linux__)
#if defined(__GLIBC__)
  ::malloc_trim(0);
#endif
  std::ifstream statm("/proc/self/statm");
  std::size_t total_pages = 0;
  std::size_t resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
#else
  return 0;
#endif
}

std::size_t peak_resident_bytes() {
#if defined(__linux__)
  constexpr std::string_view label = "VmHWM:";
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::size_t kibibytes = 0;
    if (word == label && status >> kibibytes) {
      return kibibytes * 1024;
    }
  }
#endif
  return 0;
}

}  // namespace filch_bench
