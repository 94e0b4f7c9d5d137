// SPDX-License-Identifier: BSL-1.0
#include <filch/scope.hpp>

#include <atomic>
#include <stdexcept>

#include <filch/filch.hpp>

#include "support/catch.hpp"

TEST_CASE("scope waits for its tasks, in the default pool and in a named one, and nests") {
  std::atomic<int> ran{0};
  filch::scope([&](filch::task_group& g) {
    for (int i = 0; i < 10; ++i) {
      g.run([&] { ran.fetch_add(1); });
    }
  });
  REQUIRE(ran.load() == 10);
  filch::thread_pool pool(1);
  filch::scope(pool, [&](filch::task_group& g) {
    g.run([&] {
      filch::scope([&](filch::task_group& inner) { inner.run([&] { ran.fetch_add(1); }); });
      ran.fetch_add(filch::this_worker::pool() == &pool ? 1 : 0);
    });
  });
  REQUIRE(ran.load() == 12);
}

TEST_CASE("scope throws a task's exception") {
  filch::thread_pool pool(2);
  REQUIRE_THROWS_AS(filch::scope(pool, [](filch::task_group& g) { g.run([] { throw std::runtime_error("task"); }); }),
                    std::runtime_error);
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
}

TEST_CASE("the exception of the function itself wins, after its tasks have ended; theirs go to the hook") {
  filch::thread_pool pool(2);
  std::atomic<int> ran{0};
  REQUIRE_THROWS_AS(filch::scope(pool,
                                 [&](filch::task_group& g) {
                                   g.run([&] { ran.fetch_add(1); });
                                   g.run([] { throw std::runtime_error("task"); });
                                   throw std::logic_error("function");
                                 }),
                    std::logic_error);
  REQUIRE(ran.load() == 1);
  REQUIRE(pool.metrics().unhandled_exceptions == 1);
}

TEST_CASE("scope calls as std::invoke does") {
  filch::thread_pool pool(1);
  filch::scope(pool, &filch::task_group::cancel);
}
