// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <filch/this_worker.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

using namespace std::chrono_literals;

using filch_test::blocker;

TEST_CASE("drain runs what was accepted and what that submits, and reports it") {
  std::atomic<int> ran{0};
  filch::thread_pool pool(2);
  for (int i = 0; i < 100; ++i) {
    pool.execute([&] {
      pool.execute([&] { ran.fetch_add(1); });
      ran.fetch_add(1);
    });
  }
  const auto report = pool.shutdown();
  REQUIRE(ran.load() == 200);
  REQUIRE(report.completed == 200);
  REQUIRE(report.discarded == 0);
  REQUIRE(report.running == 0);
  REQUIRE(report.joined);
  REQUIRE_THROWS_AS(pool.execute([] {}), filch::pool_closed);
  const auto again = pool.shutdown(filch::shutdown_mode::discard);
  REQUIRE(again.joined);
  REQUIRE(again.completed == 200);
}

TEST_CASE("discard destroys queued tasks uncalled and lets the running one end") {
  filch::thread_pool pool(1);
  blocker b(pool);
  std::atomic<int> ran{0};
  const auto token = std::make_shared<int>(0);
  for (int i = 0; i < 50; ++i) {
    pool.execute([&ran, token] { ran.fetch_add(1); });
  }
  auto handle = pool.spawn([token] { return 1; });
  // The worker is let go when the pool refuses work, that is, when the shutdown is under way.
  std::thread watcher([&] {
    while (pool.try_execute([] {}) != filch::submit_status::closed) {
      std::this_thread::yield();
    }
    b.open();
  });
  const auto report = pool.shutdown(filch::shutdown_mode::discard);
  watcher.join();
  REQUIRE(report.joined);
  REQUIRE(report.running == 0);
  REQUIRE(handle.is_finished());
  REQUIRE(token.use_count() == 1);  // called or not, all callables are destroyed
  REQUIRE(report.completed + report.discarded >= 52);
}

TEST_CASE("shutdown_for returns at its limit with a task still running, and says so") {
  filch::thread_pool pool(1);
  blocker b(pool);
  std::atomic<int> ran{0};
  for (int i = 0; i < 10; ++i) {
    pool.execute([&] { ran.fetch_add(1); });
  }
  auto handle = pool.spawn([] {});
  const auto report = pool.shutdown_for(1ms);
  REQUIRE_FALSE(report.joined);
  REQUIRE(report.running == 1);
  REQUIRE(report.completed == 0);
  REQUIRE(report.discarded == 11);
  REQUIRE_THROWS_AS(handle.join(), filch::task_cancelled);
  b.open();
  const auto last = pool.shutdown();
  REQUIRE(last.joined);
  REQUIRE(last.completed == 1);
  REQUIRE(last.discarded == 11);
  REQUIRE(ran.load() == 0);
}

TEST_CASE("shutdown_for that has time enough drains and joins") {
  std::atomic<int> ran{0};
  for (const auto limit : {std::chrono::nanoseconds(100s), std::chrono::nanoseconds::max()}) {
    filch::thread_pool pool(2);
    for (int i = 0; i < 100; ++i) {
      pool.execute([&] { ran.fetch_add(1); });
    }
    const auto report = pool.shutdown_for(limit);
    REQUIRE(report.joined);
    REQUIRE(report.completed == 100);
  }
  REQUIRE(ran.load() == 200);
}

TEST_CASE("shutdown from inside closes and does not join; the caller counts as running") {
  for (const bool limited : {false, true}) {
    filch::thread_pool own(2);
    const auto report = on_worker(own, [&] { return limited ? own.shutdown_for(1h) : own.shutdown(); });
    REQUIRE_FALSE(report.joined);
    REQUIRE(report.running == 1);
    REQUIRE(own.try_execute([] {}) == filch::submit_status::closed);
    REQUIRE(own.shutdown().joined);
  }
}

TEST_CASE("work from inside is accepted while a closed pool drains") {
  filch::thread_pool pool(1);
  std::atomic<int> depth{0};
  struct chain {
    filch::thread_pool* pool;
    std::atomic<int>* depth;
    void operator()() const {
      if (depth->fetch_add(1) < 100) {
        pool->execute(*this);
      }
    }
  };
  blocker b(pool);
  pool.execute(chain{&pool, &depth});
  pool.close();
  REQUIRE_THROWS_AS(pool.spawn([] {}), filch::pool_closed);
  b.open();
  pool.shutdown();
  REQUIRE(depth.load() == 101);
}

TEST_CASE("stress: life cycles with few tasks end, whatever meets whatever") {
  std::atomic<int> ran{0};
  constexpr int rounds = 400;
  for (int i = 0; i < rounds; ++i) {
    filch::thread_pool pool(
        filch::pool_options{.threads = static_cast<std::size_t>(1 + i % 4),
                            .idle = i % 2 == 0 ? filch::idle_policy::frugal() : filch::idle_policy::balanced()});
    for (int k = 0; k < i % 3; ++k) {
      pool.execute([&] {
        ran.fetch_add(1);
        filch::this_worker::pool()->execute([&] { ran.fetch_add(1); });
      });
    }
    if (i % 5 == 0) {
      pool.shutdown();
    }
  }
  int expected = 0;
  for (int i = 0; i < rounds; ++i) {
    expected += 2 * (i % 3);
  }
  REQUIRE(ran.load() == expected);
}

TEST_CASE("shutdown from several threads at once") {
  filch::thread_pool pool(2);
  pool.execute([] {});
  std::atomic<int> joined{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { joined.fetch_add(pool.shutdown().joined ? 1 : 0); });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(joined.load() == 4);
}

TEST_CASE("the default pool is one, and cannot be closed") {
  filch::thread_pool& pool = filch::default_pool();
  REQUIRE(&pool == &filch::default_pool());
  REQUIRE_THROWS_AS(pool.close(), filch::usage_error);
  REQUIRE_THROWS_AS(pool.shutdown(), filch::usage_error);
  REQUIRE_THROWS_AS(pool.shutdown(filch::shutdown_mode::discard), filch::usage_error);
  REQUIRE_THROWS_AS(pool.shutdown_for(1s), filch::usage_error);
  REQUIRE(pool.spawn([] { return 1; }).join() == 1);
}

TEST_CASE("describe says how many workers and why") {
  const filch::thread_pool pool(3);
  const std::string text = pool.describe();
  REQUIRE(text.find("3 workers: mask ") == 0);
  REQUIRE(text.find("asked for 3") != std::string::npos);
}
