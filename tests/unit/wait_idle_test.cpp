// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using namespace std::chrono_literals;
using filch_test::on_worker;

TEST_CASE("wait_idle from inside is a usage_error") {
  filch::thread_pool pool(1);
  REQUIRE_THROWS_AS(on_worker(pool, [&] { pool.wait_idle(); }), filch::usage_error);
  REQUIRE_THROWS_AS(pool.invoke([&] { pool.wait_idle(); }), filch::usage_error);
  pool.wait_idle();
}

TEST_CASE("wait_idle_for says whether the pool was idle within the limit") {
  filch::thread_pool pool(1);
  pool.wait_idle();
  REQUIRE(pool.wait_idle_for(0ns));
  int ran = 0;
  filch_test::blocker b(pool);
  pool.execute([&] { ++ran; });
  REQUIRE_FALSE(pool.wait_idle_for(-1h));
  REQUIRE_FALSE(pool.wait_idle_for(0ns));
  REQUIRE_FALSE(pool.wait_idle_for(1ms));
  b.open();
  REQUIRE(pool.wait_idle_for(std::chrono::hours::max()));
  REQUIRE(ran == 1);
  REQUIRE(pool.try_execute([&] { ++ran; }) == filch::submit_status::accepted);
  REQUIRE(pool.wait_idle_for(1h));
  REQUIRE(ran == 2);
}

TEST_CASE("wait_idle_for from inside is a usage_error; another pool's worker lends its core to what it waits for") {
  filch::thread_pool pool(1);
  REQUIRE_THROWS_AS(on_worker(pool, [&] { static_cast<void>(pool.wait_idle_for(1h)); }), filch::usage_error);
  REQUIRE_THROWS_AS(pool.invoke([&] { static_cast<void>(pool.wait_idle_for(0ns)); }), filch::usage_error);
  filch::thread_pool other(1);
  REQUIRE(on_worker(other, [&] {
    pool.execute([&] { other.spawn([] {}).join(); });
    return pool.wait_idle_for(1h);
  }));
}

TEST_CASE("another pool's worker may wait for idleness") {
  filch::thread_pool pool(1);
  filch::thread_pool other(1);
  std::atomic<int> ran{0};
  on_worker(other, [&] {
    pool.execute([&] { ran.fetch_add(1); });
    pool.wait_idle();
    ran.fetch_add(10);
  });
  REQUIRE(ran.load() == 11);
}

TEST_CASE("callables are destroyed before wait_idle returns") {
  struct counted {
    explicit counted(std::atomic<int>& n) : alive(&n) { alive->fetch_add(1); }
    counted(const counted& o) noexcept : alive(o.alive) { alive->fetch_add(1); }
    ~counted() { alive->fetch_sub(1); }
    void operator()() const {}
    std::atomic<int>* alive;
  };
  std::atomic<int> alive{0};
  filch::thread_pool pool(3);
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    for (int k = 0; k < i % 4 + 1; ++k) {
      pool.execute(counted(alive));
    }
    pool.wait_idle();
    wrong += alive.load() == 0 ? 0 : 1;
  }
  REQUIRE(wrong == 0);
}

TEST_CASE("stress: wait_idle sees everything that tasks submitted from inside") {
  filch::thread_pool pool(3);
  std::atomic<int> ran{0};
  int wrong = 0;
  int expected = 0;
  for (int i = 0; i < 3000; ++i) {
    pool.execute([&] {
      for (int k = 0; k < 3; ++k) {
        pool.execute([&] {
          pool.execute([&] { ran.fetch_add(1); });
          ran.fetch_add(1);
        });
      }
      ran.fetch_add(1);
    });
    expected += 7;
    pool.wait_idle();
    wrong += ran.load() == expected ? 0 : 1;
  }
  REQUIRE(wrong == 0);
}

TEST_CASE("stress: several threads wait while others submit") {
  filch::thread_pool pool(2);
  std::atomic<int> ran{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      std::atomic<int> mine{0};
      for (int i = 1; i <= 1000; ++i) {
        pool.execute([&] {
          mine.fetch_add(1);
          ran.fetch_add(1);
        });
        pool.wait_idle();
        wrong.fetch_add(mine.load() == i ? 0 : 1);
      }
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(ran.load() == 3000);
  REQUIRE(wrong.load() == 0);
}

TEST_CASE("a caller that runs a task in place keeps the pool busy") {
  filch::thread_pool pool(
      filch::pool_options{.threads = 1, .max_pending = 1, .on_full = filch::on_full::run_in_caller});
  filch_test::blocker busy(pool);
  pool.execute([] {});  // takes the only permit
  std::promise<void> in_caller;
  std::promise<void> let_go;
  std::atomic<bool> finished{false};
  std::thread caller([&] {
    pool.execute([&, go_on = let_go.get_future()] {
      in_caller.set_value();
      go_on.wait();
      finished.store(true);
    });
  });
  in_caller.get_future().wait();
  busy.open();
  std::atomic<bool> seen{false};
  std::thread waiter([&] {
    pool.wait_idle();
    seen.store(finished.load());
  });
  while (pool.metrics().tasks_completed != 2) {
    std::this_thread::yield();
  }
  let_go.set_value();
  waiter.join();
  caller.join();
  REQUIRE(seen.load());
}
