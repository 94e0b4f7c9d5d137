// SPDX-License-Identifier: BSL-1.0
#include "src/base/spin_budget.hpp"

#include <chrono>

#include "support/catch.hpp"

using namespace filch::detail;
using namespace std::chrono_literals;

TEST_CASE("a budget of nothing is spent at once") {
  spin_budget none(0ns);
  REQUIRE_FALSE(none.spin());
  spin_budget negative(-1ns);
  REQUIRE_FALSE(negative.spin());
}

TEST_CASE("a budget lasts its time, and a new time after restart") {
  spin_budget budget(1ms);
  for (int i = 0; i < 2; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    while (budget.spin()) {
    }
    REQUIRE(std::chrono::steady_clock::now() - begin >= 1ms);
    budget.restart();
  }
}
