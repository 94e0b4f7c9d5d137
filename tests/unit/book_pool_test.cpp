// SPDX-License-Identifier: BSL-1.0
// The behaviours B of the Rust book's thread pool: life, ownership and order.
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

#if defined(__linux__)
#include <pthread.h>
#endif

using namespace std::chrono_literals;

TEST_CASE("a pool of 0 threads is an error") {
  REQUIRE_THROWS_AS(filch::thread_pool(0), std::invalid_argument);
  REQUIRE_THROWS_AS(filch::thread_pool(filch::pool_options{.threads = 0}), std::invalid_argument);
}

TEST_CASE("build reports the error as a value") {
  std::error_code ec;
  REQUIRE(filch::thread_pool::build({.threads = 0}, ec) == nullptr);
  REQUIRE(ec == std::errc::invalid_argument);
  const auto pool = filch::thread_pool::build({.threads = 2}, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(pool->thread_count() == 2);
}

TEST_CASE("exactly n workers exist, made up front, never more for plain tasks") {
  filch::thread_pool pool(3);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 2000; ++i) {
    pool.execute([&] {
      const std::lock_guard lock(mutex);
      threads.insert(std::this_thread::get_id());
    });
  }
  pool.wait_idle();
  REQUIRE(pool.thread_count() == 3);
  REQUIRE(threads.size() <= 3);

  // All three run at once, and a fourth task waits: tasks that meet need three threads.
  std::atomic<int> inside{0};
  std::atomic<bool> fourth{false};
  std::promise<void> open;
  const std::shared_future<void> gate = open.get_future().share();
  std::promise<void> all_in;
  for (int i = 0; i < 3; ++i) {
    pool.execute([&] {
      if (inside.fetch_add(1) == 2) {
        all_in.set_value();
      }
      gate.wait();
    });
  }
  all_in.get_future().wait();
  pool.execute([&] { fourth = true; });
  REQUIRE_FALSE(fourth.load());
  open.set_value();
  pool.wait_idle();
  REQUIRE(fourth.load());
}

TEST_CASE("execute takes a move-only callable and runs it once, as an rvalue") {
  struct once {
    std::unique_ptr<int> owned;
    std::atomic<int>* calls;
    void operator()() && { calls->fetch_add(*owned); }
  };
  std::atomic<int> calls{0};
  {
    filch::thread_pool pool(2);
    std::vector<std::thread> producers;
    for (int p = 0; p < 4; ++p) {
      producers.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          pool.execute(once{std::make_unique<int>(1), &calls});
        }
      });
    }
    for (auto& p : producers) {
      p.join();
    }
  }
  REQUIRE(calls.load() == 2000);
}

TEST_CASE("execute does not block on an unbounded pool") {
  filch::thread_pool pool(1);
  std::promise<void> open;
  pool.execute([gate = open.get_future().share()] { gate.wait(); });
  std::atomic<int> ran{0};
  for (int i = 0; i < 10000; ++i) {
    pool.execute([&] { ran.fetch_add(1); });
  }
  REQUIRE(ran.load() == 0);  // all 10000 were taken while the only worker was busy
  open.set_value();
  pool.wait_idle();
  REQUIRE(ran.load() == 10000);
}

TEST_CASE("one outside producer, one worker: tasks start in the order of submission") {
  std::vector<int> order;
  filch::thread_pool pool(1);
  for (int i = 0; i < 5000; ++i) {
    pool.execute([&, i] {
      order.push_back(i);
      // Children go to the worker's own deque; the outside tasks keep their order among themselves.
      filch::this_worker::pool()->execute([] {});
    });
  }
  pool.wait_idle();
  REQUIRE(order.size() == 5000);
  REQUIRE(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("a task that blocks delays no other task while another worker is free") {
  filch::thread_pool pool(2);
  std::promise<void> open;
  std::promise<void> blocked;
  pool.execute([&, gate = open.get_future().share()] {
    blocked.set_value();
    gate.wait();
  });
  blocked.get_future().wait();
  std::promise<void> all;
  std::atomic<int> ran{0};
  for (int i = 0; i < 1000; ++i) {
    pool.execute([&] {
      if (ran.fetch_add(1) == 999) {
        all.set_value();
      }
    });
  }
  all.get_future().wait();  // with one worker blocked for good
  open.set_value();
}

TEST_CASE("workers have ids 0 to n-1 and names that a debugger shows") {
  filch::thread_pool pool({.threads = 3, .name = "render"});
  std::mutex mutex;
  std::set<std::size_t> ids;
  std::set<std::string> names;
  std::atomic<int> inside{0};
  std::promise<void> open;
  const std::shared_future<void> gate = open.get_future().share();
  for (int i = 0; i < 3; ++i) {
    pool.execute([&] {
      {
        const std::lock_guard lock(mutex);
        ids.insert(*filch::this_worker::index());
#if defined(__linux__)
        char name[16] = {};
        pthread_getname_np(pthread_self(), name, sizeof(name));
        names.insert(name);
#endif
      }
      if (inside.fetch_add(1) == 2) {
        open.set_value();
      }
      gate.wait();
    });
  }
  pool.wait_idle();
  REQUIRE(ids == std::set<std::size_t>{0, 1, 2});
#if defined(__linux__)
  REQUIRE(names == std::set<std::string>{"render-0", "render-1", "render-2"});
#endif
}

TEST_CASE("the destructor runs everything accepted and what that spawns") {
  std::atomic<int> ran{0};
  {
    filch::thread_pool pool(2);
    for (int i = 0; i < 100; ++i) {
      pool.execute([&ran] {
        filch::this_worker::pool()->execute([&ran] { ran.fetch_add(1); });
        ran.fetch_add(1);
      });
    }
  }
  REQUIRE(ran.load() == 200);
}

TEST_CASE("dropping a pool takes as long as the longest task, not the sum", "[timed]") {
  const auto start = std::chrono::steady_clock::now();
  {
    filch::thread_pool pool(8);
    for (int i = 0; i < 8; ++i) {
      pool.execute([] { std::this_thread::sleep_for(200ms); });
    }
  }
  const auto took = std::chrono::steady_clock::now() - start;
  REQUIRE(took >= 200ms);
  REQUIRE(took < 1200ms);
}

TEST_CASE("the book's example: four tasks that sleep a second have all counted after two", "[timed]") {
  std::atomic<int> counter{0};
  filch::thread_pool pool(4);
  for (int i = 0; i < 4; ++i) {
    pool.execute([&] {
      std::this_thread::sleep_for(1s);
      counter.fetch_add(1);
    });
  }
  std::this_thread::sleep_for(2s);
  REQUIRE(counter.load() == 4);
}
