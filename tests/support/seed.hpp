// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace filch_test {

/// What a test's randomness starts from: FILCH_TEST_SEED, or something new each time. Printed once.
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* const text = std::getenv("FILCH_TEST_SEED");
    const std::uint64_t s = text != nullptr ? std::strtoull(text, nullptr, 10) : std::random_device{}();
    std::printf("FILCH_TEST_SEED=%llu\n", static_cast<unsigned long long>(s));
    return s;
  }();
  return value;
}

}  // namespace filch_test
