// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include "src/pool/pool_state.hpp"
#include "support/catch.hpp"
#include "support/full_house.hpp"
#include "support/on_worker.hpp"

using filch_test::full_house;
using filch_test::on_worker;

TEST_CASE("invoke runs inside the pool and returns values, references, move-only types and nothing") {
  filch::thread_pool pool(2);
  int n = 3;
  REQUIRE(&pool.invoke([&]() -> int& { return n; }) == &n);
  REQUIRE(*pool.invoke([] { return std::make_unique<int>(5); }) == 5);
  bool ran = false;
  pool.invoke([&] { ran = true; });
  REQUIRE(ran);
}

TEST_CASE("the callable is used where it lies, with its value category") {
  filch::thread_pool pool(1);
  struct callable {
    int operator()() & { return 1; }
    int operator()() && { return 2; }
    callable() = default;
    callable(const callable&) = delete;
  };
  callable c;
  REQUIRE(pool.invoke(c) == 1);
  REQUIRE(pool.invoke(std::move(c)) == 2);
}

TEST_CASE("on a worker of the pool it is a plain call") {
  filch::thread_pool pool(1);
  const bool same = on_worker(pool, [&] {
    const auto here = filch::this_worker::index();
    return pool.invoke([] { return filch::this_worker::index(); }) == here;
  });
  REQUIRE(same);
}

TEST_CASE("if the pool takes no guests a worker makes the call") {
  filch::thread_pool pool{{.threads = 1, .guests = false}};
  REQUIRE(pool.invoke([] { return std::this_thread::get_id(); }) != std::this_thread::get_id());
  REQUIRE(pool.invoke([] { return filch::this_worker::index(); }) == 0U);
  REQUIRE_THROWS_AS(pool.invoke([] { throw std::runtime_error("x"); }), std::runtime_error);
}

TEST_CASE("a guest beyond the slots runs what it forks by itself, also under a lock that all others want") {
  filch::thread_pool pool(2);
  std::mutex wanted;
  std::atomic<int> sum{0};
  std::unique_lock held(wanted);
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i) {  // both workers want the lock
    pool.execute([&] {
      const std::lock_guard lock(wanted);
      sum.fetch_add(1);
    });
  }
  const full_house house(pool);
  pool.invoke([&] {
    REQUIRE(filch::this_worker::pool() == &pool);
    REQUIRE_FALSE(filch::this_worker::index().has_value());
    filch::fork_join([&] { sum.fetch_add(1); },
                     [&] { filch::fork_join([&] { sum.fetch_add(1); }, [&] { sum.fetch_add(1); }); });
    filch::task_group group;
    group.run([&] { sum.fetch_add(1); });
    group.wait();
  });
  REQUIRE(sum.load() == 4);
  held.unlock();
  pool.invoke([&] { pool.execute([&] { sum.fetch_add(1); }); });  // what a lone guest submits is for the workers
  while (sum.load() != 7) {
    std::this_thread::yield();
  }
}

TEST_CASE("from another pool's worker it runs in the named pool") {
  filch::thread_pool pool(1);
  filch::thread_pool other(1);
  filch::thread_pool* const seen = other.invoke([&] { return pool.invoke([] { return filch::this_worker::pool(); }); });
  REQUIRE(seen == &pool);
}

TEST_CASE("what the call throws comes back and counts as handled") {
  filch::thread_pool pool(1);
  REQUIRE_THROWS_AS(pool.invoke([] { throw std::runtime_error("x"); }), std::runtime_error);
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
  pool.close();
  REQUIRE_THROWS_AS(pool.invoke([] {}), filch::pool_closed);
}

TEST_CASE("a queued call that a shutdown discards throws task_cancelled") {
  filch::thread_pool pool{{.threads = 1, .guests = false}};
  std::promise<void> started;
  std::promise<void> gate;
  pool.execute([&, opened = gate.get_future()] {
    started.set_value();
    opened.wait();
    pool.shutdown(filch::shutdown_mode::discard);
  });
  started.get_future().wait();
  std::atomic<int> called{0};
  std::atomic<bool> cancelled{false};
  std::thread caller([&] {
    try {
      pool.invoke([&] { called.fetch_add(1); });
    } catch (const filch::task_cancelled&) {
      cancelled.store(true);
    }
  });
  while (!pool.state().team().any_task()) {
    std::this_thread::yield();
  }
  gate.set_value();
  caller.join();
  REQUIRE(called.load() == 0);
  REQUIRE(cancelled.load());
  REQUIRE(pool.shutdown().discarded == 1);
}
