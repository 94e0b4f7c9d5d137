// SPDX-License-Identifier: BSL-1.0
#include "src/parking/activity.hpp"

#include "src/parking/callers.hpp"
#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("a worker begins busy, and its word only grows") {
  activity a;
  const auto first = a.read();
  REQUIRE(activity::is_busy(first));
  a.set_idle();
  const auto idle = a.read();
  REQUIRE_FALSE(activity::is_busy(idle));
  a.set_busy();
  REQUIRE(activity::is_busy(a.read()));
  a.set_idle();
  REQUIRE_FALSE(activity::is_busy(a.read()));
  REQUIRE(first < idle);
  REQUIRE(a.read() != idle);  // it was busy in between
}

TEST_CASE("callers are counted, and a visit leaves a trace") {
  callers c;
  const auto before = c.read();
  REQUIRE_FALSE(callers::any(before));
  c.enter();
  c.enter();
  c.leave();
  REQUIRE(callers::any(c.read()));
  c.leave();
  REQUIRE_FALSE(callers::any(c.read()));
  REQUIRE(c.read() != before);
}
