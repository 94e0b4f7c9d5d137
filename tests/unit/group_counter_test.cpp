// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/group_counter.hpp>

#include <thread>

#include "support/catch.hpp"

using namespace filch::detail;
using finished = group_counter::finished;
using waiting = group_counter::waiting;

TEST_CASE("a wait for nothing binds nobody") {
  group_counter c;
  REQUIRE(c.begin_wait() == waiting::nothing_left);
  REQUIRE(c.begin_wait() == waiting::nothing_left);
}

TEST_CASE("the last job signals only if somebody waits") {
  group_counter c;
  c.add();
  c.add();
  REQUIRE(c.finish() == finished::not_last);
  REQUIRE(c.finish() == finished::last_unawaited);
  c.add();
  c.add();
  REQUIRE(c.begin_wait() == waiting::must_wait);
  REQUIRE(c.finish() == finished::not_last);
  REQUIRE(c.finish() == finished::last_awaited);
  REQUIRE(c.begin_wait() == waiting::nothing_left);  // the last job took the waiter's bit away
  c.add();
  REQUIRE(c.finish() == finished::last_unawaited);
}

TEST_CASE("a second waiter is told so, and the first stays bound") {
  group_counter c;
  c.add();
  REQUIRE(c.begin_wait() == waiting::must_wait);
  REQUIRE(c.begin_wait() == waiting::somebody_waits);
  REQUIRE(c.finish() == finished::last_awaited);
}

TEST_CASE("stress: finish publishes to a wait that finds nothing left") {
  constexpr int rounds = 50'000;
  int wrong = 0;
  for (int i = 0; i < rounds / 1000; ++i) {
    group_counter counters[1000];
    int results[1000] = {};
    for (auto& c : counters) {
      c.add();
    }
    std::thread job([&] {
      for (int k = 0; k < 1000; ++k) {
        results[k] = k + 1;
        static_cast<void>(counters[k].finish());
      }
    });
    for (int k = 999; k >= 0; --k) {
      // Ask again until nothing is left.
      while (counters[k].begin_wait() != waiting::nothing_left) {
      }
      wrong += results[k] == k + 1 ? 0 : 1;
    }
    job.join();
  }
  REQUIRE(wrong == 0);
}
