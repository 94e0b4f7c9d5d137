// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fstream>
#include <string>

#if defined(FILCH_TEST_PLAIN_MEMORY)  // an emulator, whose own memory is in it
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FILCH_TEST_PLAIN_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define FILCH_TEST_PLAIN_MEMORY 0
#endif
#endif
#ifndef FILCH_TEST_PLAIN_MEMORY
#define FILCH_TEST_PLAIN_MEMORY 1
#endif

namespace filch_test {

/// Whether the memory of this process says what the program uses: a sanitizer's or an emulator's own memory would hide
/// it.
inline constexpr bool memory_tells = FILCH_TEST_PLAIN_MEMORY != 0;

/// KiB of this process in memory; 0 where the system does not say.
inline long resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  long kib = 0;
  while (status >> word) {
    if (word == "VmRSS:") {
      status >> kib;
      break;
    }
  }
  return kib;
}

}  // namespace filch_test
