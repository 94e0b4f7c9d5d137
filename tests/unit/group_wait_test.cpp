// SPDX-License-Identifier: BSL-1.0
// task_group::wait_for and run_and_wait.
#include <filch/task_group.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using namespace std::chrono_literals;
using filch_test::blocker;
using filch_test::on_worker;

TEST_CASE("wait_for of a group says whether all tasks have finished, and leaves those that have not") {
  filch::thread_pool pool(1);
  blocker b(pool);
  int ran = 0;
  filch::task_group group(pool);
  REQUIRE(group.wait_for(0ns));
  group.run([&] { ++ran; });
  REQUIRE_FALSE(group.wait_for(-1s));
  REQUIRE_FALSE(group.wait_for(0ns));
  REQUIRE_FALSE(group.wait_for(1ms));
  b.open();
  REQUIRE(group.wait_for(1h));
  REQUIRE(ran == 1);  // no atomic: what the task did happens before the return
  group.run([&] { ++ran; });
  REQUIRE(group.wait_for(std::chrono::hours::max()));
  REQUIRE(ran == 2);
  group.wait();
}

TEST_CASE(
    "a task that waits for its group with limits in a pool of one lets the group's tasks run, and runs none itself") {
  filch::thread_pool pool(1);
  for (const bool in_another_pool : {false, true}) {
    const bool elsewhere = on_worker(pool, [&] {
      std::thread::id ran_on;
      filch::task_group group(pool);
      group.run([&] { ran_on = std::this_thread::get_id(); });
      const auto poll = [&] {
        while (!group.wait_for(1ms)) {
        }
      };
      if (in_another_pool) {
        filch::thread_pool other(1);
        other.invoke(poll);
      } else {
        poll();
      }
      return ran_on != std::this_thread::get_id();
    });
    REQUIRE(elsewhere);
  }
}

TEST_CASE("wait_for with a limit that is over runs nothing, and wait runs the tasks afterwards") {
  filch::thread_pool pool({.threads = 1, .max_spares = 0});
  const bool here = on_worker(pool, [&] {
    std::thread::id ran_on;
    filch::task_group group(pool);
    group.run([&] { ran_on = std::this_thread::get_id(); });
    if (group.wait_for(0ns) || group.wait_for(1ms)) {
      throw std::logic_error("nobody else could run it");
    }
    group.wait();
    return ran_on == std::this_thread::get_id();
  });
  REQUIRE(here);
}

TEST_CASE("wait_for fetches no exception and ends no cancel: wait does both") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  group.run([] { throw std::runtime_error("boom"); });
  REQUIRE(group.wait_for(1h));
  REQUIRE_THROWS_WITH(group.wait(), "boom");

  std::atomic<int> ran{0};
  group.cancel();
  REQUIRE(group.wait_for(1h));
  group.run([&] { ran.fetch_add(1); });
  REQUIRE(group.wait_for(1h));
  REQUIRE(group.get_stop_token().stop_requested());
  group.wait();
  REQUIRE(ran.load() == 0);
  group.run([&] { ran.fetch_add(1); });
  group.wait();
  REQUIRE(ran.load() == 1);
}

TEST_CASE("wait_for beside another thread's wait, or in the group's own task, is a usage_error") {
  filch::thread_pool pool(1);
  {
    blocker b(pool);
    filch::task_group group(pool);
    group.run([] {});
    std::thread waiter([&] {
      for (bool refused = true; refused;) {  // by the other thread, while that looks
        try {
          group.wait();
          refused = false;
        } catch (const filch::usage_error&) {
        }
      }
    });
    std::string said;
    while (said.empty()) {  // until the other thread is in its wait
      try {
        static_cast<void>(group.wait_for(0ns));
      } catch (const filch::usage_error& e) {
        said = e.what();
      }
    }
    REQUIRE(said.find("two threads wait for the same task_group") != std::string::npos);
    b.open();
    waiter.join();
  }
  const bool refused = on_worker(pool, [&] {
    filch::task_group group(pool);
    bool thrown = false;
    group.run([&] {
      try {
        static_cast<void>(group.wait_for(1h));
      } catch (const filch::usage_error&) {
        thrown = true;
      }
    });
    group.wait();
    return thrown;
  });
  REQUIRE(refused);
}

TEST_CASE("run_and_wait is run and then wait") {
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  std::atomic<int> ran{0};
  group.run([&] { ran.fetch_add(1); });
  group.run_and_wait([&] { ran.fetch_add(1); });
  REQUIRE(ran.load() == 2);
  REQUIRE_THROWS_WITH(group.run_and_wait([] { throw std::runtime_error("boom"); }), "boom");
  const auto runs_here = [&] {
    std::thread::id ran_on;
    filch::task_group inner(pool);
    inner.run_and_wait([&] { ran_on = std::this_thread::get_id(); });
    return ran_on == std::this_thread::get_id();
  };
  REQUIRE(on_worker(pool, runs_here));

  blocker b(pool);
  REQUIRE(pool.invoke(runs_here));
  pool.close();
  group.cancel();
  REQUIRE_THROWS_AS(group.run_and_wait([&] { ran.fetch_add(1); }), filch::pool_closed);
  REQUIRE(group.get_stop_token().stop_requested());  // there was no wait
  b.open();
}

TEST_CASE("stress: waits with limits beside the last task never miss it and never see it twice") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  int wrong = 0;
  for (int i = 1; i <= 20'000; ++i) {
    int plain = 0;
    group.run([&plain, i] { plain = i; });
    while (!group.wait_for(i % 3 == 0 ? 0ns : 100ns)) {
    }
    wrong += plain == i ? 0 : 1;
  }
  REQUIRE(wrong == 0);
  REQUIRE(on_worker(pool, [&] {
    int mistakes = 0;
    filch::task_group inner(pool);
    for (int i = 1; i <= 5'000; ++i) {
      int plain = 0;
      inner.run([&plain, i] { plain = i; });
      while (!inner.wait_for(i % 3 == 0 ? 0ns : 100ns) && i % 4 != 0) {
      }
      if (i % 4 == 0) {
        inner.wait();
      }
      mistakes += plain == i ? 0 : 1;
    }
    return mistakes;
  }) == 0);
}
