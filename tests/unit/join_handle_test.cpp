// SPDX-License-Identifier: BSL-1.0
#include <filch/join_handle.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

using namespace std::chrono_literals;

using filch_test::blocker;

TEST_CASE("an empty handle") {
  filch::join_handle<int> h;
  REQUIRE_FALSE(h.joinable());
  REQUIRE_FALSE(h.is_finished());
  REQUIRE_FALSE(h.cancel());
  REQUIRE_THROWS_AS(h.join(), filch::usage_error);
  REQUIRE_THROWS_AS(h.wait(), filch::usage_error);
  h.detach();
}

TEST_CASE("moving a handle moves the task; assigning over one detaches it") {
  filch::thread_pool pool(1);
  auto a = pool.spawn([] { return 1; });
  auto b = std::move(a);
  REQUIRE(b.joinable());
  REQUIRE_THROWS_AS(a.join(), filch::usage_error);  // NOLINT: that is the point
  b = pool.spawn([] { return 2; });
  REQUIRE(b.join() == 2);
  REQUIRE_FALSE(b.joinable());
}

TEST_CASE("wait leaves the result, wait_for does not claim") {
  filch::thread_pool pool(1);
  blocker b(pool);
  auto h = pool.spawn([] { return std::make_unique<int>(3); });
  REQUIRE_FALSE(h.wait_for(1ms));
  REQUIRE_FALSE(h.wait_for(0ns));
  REQUIRE_FALSE(h.wait_for(-1s));
  b.open();
  REQUIRE(h.wait_for(1h));
  h.wait();
  h.wait();
  REQUIRE(h.is_finished());
  REQUIRE(*h.join() == 3);
}

TEST_CASE("get is join") {
  filch::thread_pool pool(1);
  auto h = pool.spawn([] { return std::make_unique<int>(4); });
  REQUIRE(*h.get() == 4);
  REQUIRE_THROWS_AS(h.get(), filch::usage_error);
  auto failing = pool.spawn([] { throw std::runtime_error("boom"); });
  REQUIRE_THROWS_WITH(failing.get(), "boom");
}

TEST_CASE("wait_until takes the moments of every clock, and does not claim") {
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  filch::thread_pool pool(1);
  blocker b(pool);
  auto h = pool.spawn([] { return 5; });
  REQUIRE_FALSE(h.wait_until(steady_clock::now() + 1ms));
  REQUIRE_FALSE(h.wait_until(system_clock::now() + 1ms));
  REQUIRE_FALSE(h.wait_until(steady_clock::time_point::min()));
  REQUIRE_FALSE(h.wait_until(system_clock::now() - 1h));
  b.open();
  REQUIRE(h.wait_until(system_clock::time_point::max()));
  REQUIRE(h.wait_until(steady_clock::time_point::max()));
  REQUIRE(h.wait_until(steady_clock::now() - 1h));  // it has finished
  REQUIRE(h.join() == 5);
  REQUIRE_THROWS_AS(h.wait_until(steady_clock::now()), filch::usage_error);
}

TEST_CASE("a task that polls another with wait_until in a pool of one lets it run") {
  filch::thread_pool pool(1);
  REQUIRE(on_worker(pool, [&] {
            auto h = pool.spawn([] { return 6; });
            while (!h.wait_until(std::chrono::system_clock::now() + 1ms)) {
            }
            return h.get();
          }) == 6);
}

TEST_CASE("a task that asks is_finished again and again keeps its core; one that waits with a limit lends it") {
  filch::thread_pool pool(1);
  on_worker(pool, [&] {
    auto h = pool.spawn([] {});
    for (int i = 0; i < 10'000; ++i) {
      if (h.is_finished()) {
        throw std::logic_error("there is no thread that could have run it");
      }
      std::this_thread::yield();
    }
    while (!h.wait_for(1ms)) {
    }
    if (!h.is_finished()) {
      throw std::logic_error("it has finished");
    }
  });
  REQUIRE(pool.metrics().spares == 1);
}

TEST_CASE("a worker that joins runs the task itself; wait_for on a worker does not") {
  filch::thread_pool pool(1);
  on_worker(pool, [&] {
    auto h = pool.spawn([] { return std::this_thread::get_id(); });
    if (h.wait_for(0ns) || h.join() != std::this_thread::get_id()) {
      throw std::logic_error("not run by the joiner");
    }
  });
}

TEST_CASE("cancel destroys the callable at once and is told once") {
  filch::thread_pool pool(1);
  blocker b(pool);
  const auto token = std::make_shared<int>(0);
  auto h = pool.spawn([token] {});
  REQUIRE(token.use_count() == 2);
  REQUIRE(h.cancel());
  REQUIRE(token.use_count() == 1);
  REQUIRE_FALSE(h.cancel());
  REQUIRE(h.is_finished());
  REQUIRE_THROWS_AS(h.join(), filch::task_cancelled);
  b.open();
  pool.wait_idle();
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
}

TEST_CASE("a result that throws when it is made or moved goes to join, and nothing leaks") {
  struct bad {
    bad() = default;
    bad(const bad&) = delete;
    bad(bad&&) { throw std::runtime_error("move"); }
  };
  filch::thread_pool pool(1);
  REQUIRE_THROWS_AS(pool.spawn([]() -> bad { return {}; }).join(), std::runtime_error);
  REQUIRE(pool.spawn([] {}).joinable());
}

TEST_CASE("stress: detach races with the failure, each exception is reported once") {
  constexpr int rounds = 20'000;
  std::atomic<int> hooked{0};
  filch::thread_pool pool(
      filch::pool_options{.threads = 2, .on_unhandled_exception = [&](std::exception_ptr) { hooked.fetch_add(1); }});
  for (int i = 0; i < rounds; ++i) {
    auto h = pool.spawn([] { throw 1; });
    if (i % 3 == 0) {
      while (!h.is_finished()) {
        std::this_thread::yield();
      }
    }
  }
  pool.wait_idle();
  REQUIRE(hooked.load() == rounds);
}

TEST_CASE("stress: cancel races with the worker, each task runs or is cancelled") {
  constexpr int rounds = 20'000;
  filch::thread_pool pool(2);
  std::atomic<int> ran{0};
  int cancelled = 0;
  for (int i = 0; i < rounds; ++i) {
    auto h = pool.spawn([&] { ran.fetch_add(1); });
    cancelled += h.cancel() ? 1 : 0;
  }
  pool.wait_idle();
  REQUIRE(ran.load() + cancelled == rounds);
}

TEST_CASE("a mutex may be held across join while all other tasks take it") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    std::mutex mutex;
    int sum = 0;
    for (int i = 0; i < 200; ++i) {
      pool.execute([&] {
        const std::lock_guard lock(mutex);
        auto first = pool.spawn([] { return 1; });
        auto second = pool.spawn([&] { return pool.spawn([] { return 2; }).join(); });
        sum += first.join() + second.join();
      });
    }
    pool.wait_idle();
    REQUIRE(sum == 600);
  }
}
