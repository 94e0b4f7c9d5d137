// SPDX-License-Identifier: BSL-1.0
// Tasks of a group that do not run: cancelled by the group, or discarded by a shutdown.
#include <filch/task_group.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stop_token>
#include <utility>

#include <filch/thread_pool.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"

TEST_CASE("cancel drops what has not started, tells the token, and wait does not throw") {
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  const std::stop_token early = group.get_stop_token();
  std::promise<void> started;
  std::promise<void> gate;
  std::atomic<int> ran{0};
  bool stop_seen = false;
  group.run([&, opened = gate.get_future()] {
    started.set_value();
    opened.wait();
    stop_seen = early.stop_requested();
  });
  started.get_future().wait();
  const auto token = std::make_shared<int>(0);
  for (int i = 0; i < 10; ++i) {
    group.run([&ran, token] { ran.fetch_add(1); });
  }
  group.cancel();
  REQUIRE(group.get_stop_token().stop_requested());
  gate.set_value();
  group.wait();
  REQUIRE(stop_seen);
  REQUIRE(ran.load() == 0);
  REQUIRE(token.use_count() == 1);
  REQUIRE(early.stop_requested());
}

TEST_CASE("a cancel ends with the wait: what comes after is a new round with a new token") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  std::atomic<int> ran{0};
  for (int round = 0; round < 3; ++round) {
    group.cancel();
    group.run([&ran] { ran.fetch_add(1000); });
    group.wait();
    REQUIRE_FALSE(group.get_stop_token().stop_requested());
    for (int i = 0; i < 10; ++i) {
      group.run([&ran] { ran.fetch_add(1); });
    }
    group.wait();
    REQUIRE(ran.load() == 10 * (round + 1));
  }
}

TEST_CASE("a stop callback may use the group") {
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  bool called = false;
  const std::stop_callback callback(group.get_stop_token(), [&] {
    called = group.get_stop_token().stop_requested();
    group.cancel();
  });
  group.cancel();
  REQUIRE(called);
  group.wait();
}

TEST_CASE("discarded tasks make wait throw task_cancelled; a closed pool refuses") {
  filch::thread_pool pool(1);
  filch_test::blocker busy(pool);
  filch::task_group group(pool);
  int ran = 0;
  group.run([&] { ++ran; });
  static_cast<void>(pool.shutdown_for(std::chrono::nanoseconds(0)));
  REQUIRE_THROWS_AS(group.wait(), filch::task_cancelled);
  REQUIRE(ran == 0);
  auto task = [owned = std::make_unique<int>(2), &ran] { ran += *owned; };
  REQUIRE_THROWS_AS(group.run(std::move(task)), filch::pool_closed);
  std::move(task)();
  REQUIRE(ran == 2);
  busy.open();
}
