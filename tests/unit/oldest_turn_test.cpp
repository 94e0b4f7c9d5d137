// SPDX-License-Identifier: BSL-1.0
#include "src/worker/oldest_turn.hpp"

#include <chrono>

#include "src/base/tuning.hpp"
#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;

struct fake_clock {
  using time_point = std::chrono::steady_clock::time_point;
  static time_point now() noexcept {
    ++reads;
    return current;
  }
  static inline time_point current = time_point(1h);
  static inline int reads = 0;
};

using turn = filch::detail::oldest_turn<fake_clock>;

// How many turns the oldest task gets in so many looks.
int turns_in(turn& t, std::uint32_t looks) {
  int due = 0;
  for (std::uint32_t i = 0; i < looks; ++i) {
    due += t.is_due() ? 1 : 0;
  }
  return due;
}

}  // namespace

TEST_CASE("the oldest task has its first turn at the first look at the clock") {
  turn t;
  REQUIRE(turns_in(t, filch::detail::tuning::looks_per_clock - 1) == 0);
  REQUIRE(turns_in(t, 1) == 1);
}

TEST_CASE("the oldest task has one turn an interval, however many tasks run meanwhile") {
  turn t;
  REQUIRE(turns_in(t, 1000 * filch::detail::tuning::looks_per_clock) == 1);
  fake_clock::current += filch::detail::tuning::oldest_turn_interval - 1ns;
  REQUIRE(turns_in(t, 1000 * filch::detail::tuning::looks_per_clock) == 0);
  fake_clock::current += 1ns;
  REQUIRE(turns_in(t, 1000 * filch::detail::tuning::looks_per_clock) == 1);
}

TEST_CASE("one in four looks for a neglected task reads the clock") {
  turn t;
  fake_clock::reads = 0;
  static_cast<void>(turns_in(t, 10 * filch::detail::tuning::looks_per_clock));
  REQUIRE(fake_clock::reads == 10);
}
