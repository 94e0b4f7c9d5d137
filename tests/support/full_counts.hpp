// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>

namespace filch_test {

/// How often a test does something: `full` times where FILCH_TEST_FULL is set, as in the entry bounded_full of the
/// stress label, else `usual` times.
[[nodiscard]] inline long count_of(long usual, long full) {
  return std::getenv("FILCH_TEST_FULL") != nullptr ? full : usual;
}

}  // namespace filch_test
