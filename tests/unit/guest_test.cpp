// SPDX-License-Identifier: BSL-1.0
// Outside threads that take part in a pool.
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "src/pool/pool_state.hpp"
#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::blocker;
using filch_test::on_worker;
using namespace std::chrono_literals;

namespace {

long fib(int n) {
  if (n < 2) {
    return n;
  }
  const auto [a, b] = filch::fork_join([n] { return fib(n - 1); }, [n] { return fib(n - 2); });
  return a + b;
}

}  // namespace

TEST_CASE("a guest runs its call itself, and a worker takes its fork") {
  filch::thread_pool pool(2);
  const auto here = std::this_thread::get_id();
  for (int i = 0; i < 100; ++i) {
    std::barrier both(2);
    const auto [mine, other] = pool.invoke([&] {
      const auto id_there = [&] {
        both.arrive_and_wait();
        return std::this_thread::get_id();
      };
      return filch::fork_join(id_there, id_there);
    });
    REQUIRE(mine == here);
    REQUIRE(other != here);
  }
}

TEST_CASE("a guest's forks wake a worker, also if all slept when it came") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 20; ++i) {
    for (auto m = pool.metrics(); m.parks != m.wakes + 2; m = pool.metrics()) {
      std::this_thread::yield();
    }
    std::barrier both(2);
    pool.invoke([&] { filch::fork_join([&] { both.arrive_and_wait(); }, [&] { both.arrive_and_wait(); }); });
  }
}

TEST_CASE("a guest needs no worker") {
  filch::thread_pool pool(1);
  blocker b(pool);
  REQUIRE(pool.invoke([] { return fib(15); }) == 610);
  std::atomic<int> sum{0};
  filch::parallel_for(pool, 0, 100, [&](int) { sum.fetch_add(1); });
  REQUIRE(sum.load() == 100);
  pool.invoke([&] {
    filch::task_group group;
    for (int i = 0; i < 10; ++i) {
      group.run([&] { sum.fetch_add(1); });
    }
    group.wait();
    REQUIRE(pool.spawn([] { return 7; }).join() == 7);
  });
  REQUIRE(sum.load() == 110);
  b.open();
}

TEST_CASE("many guests at once, each with an index of its own") {
  constexpr std::size_t count = 20;
  filch::thread_pool pool(2);
  std::barrier all(count);
  std::vector<std::size_t> seen(count);
  std::vector<long> sums(count);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        pool.invoke([&, i] {
          all.arrive_and_wait();
          seen[i] = filch::this_worker::index().value();
          sums[i] = fib(12);
          all.arrive_and_wait();
        });
      }
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(std::set<std::size_t>(seen.begin(), seen.end()).size() == count);
  REQUIRE(std::set<long>(sums.begin(), sums.end()) == std::set<long>{144});
  REQUIRE_FALSE(filch::this_worker::index());
}

TEST_CASE("tasks that a guest leaves behind are run, and wait_idle waits for the guest and for them") {
  filch::thread_pool pool(1);
  std::atomic<int> ran{0};
  std::optional<blocker> b(std::in_place, pool);
  pool.invoke([&] {
    for (int i = 0; i < 3000; ++i) {
      pool.execute([&] { ran.fetch_add(1); });
    }
  });
  REQUIRE(ran.load() == 0);
  b->open();
  pool.wait_idle();
  REQUIRE(ran.load() == 3000);

  std::latch entered(1);
  std::atomic<bool> left{false};
  std::thread guest([&] {
    pool.invoke([&] {
      entered.count_down();
      std::this_thread::sleep_for(20ms);
      left = true;
    });
  });
  entered.wait();
  pool.wait_idle();
  REQUIRE(left.load());
  guest.join();
}

TEST_CASE("a guest's task gets a worker, though the guest has its share of the machine") {
  filch::thread_pool pool(1);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(pool.invoke([&] {
      std::promise<int> result;
      pool.execute([&] { result.set_value(i); });
      return result.get_future().get();
    }) == i);
  }
}

TEST_CASE("a guest displaces a worker: its forks and children wake nobody for whom there is no room") {
  filch::thread_pool pool(1);
  while (!pool.state().team().sleepers().any()) {
    std::this_thread::yield();
  }
  std::atomic<int> sum{0};
  pool.invoke([&] {
    sum.fetch_add(static_cast<int>(fib(15)));
    filch::task_group group;
    for (int i = 0; i < 100; ++i) {
      group.run([&] { sum.fetch_add(1); });
    }
    group.wait();
  });
  REQUIRE(sum.load() == 710);
  const auto m = pool.metrics();
  REQUIRE(m.forks_stolen == 0);
  REQUIRE(m.tasks_stolen == 0);
  REQUIRE(m.wakes == 0);
}

TEST_CASE("children whose group outlives the guest's visit are run") {
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  std::atomic<int> ran{0};
  std::optional<blocker> b(std::in_place, pool);
  pool.invoke([&] {
    for (int i = 0; i < 2000; ++i) {
      group.run([&] { ran.fetch_add(1); });
    }
  });
  REQUIRE(ran.load() == 0);
  b->open();
  group.wait();
  REQUIRE(ran.load() == 2000);
}

TEST_CASE("a drain waits for guests, who may submit until they leave; later ones are refused") {
  filch::thread_pool pool(1);
  std::atomic<int> ran{0};
  std::latch entered(1);
  std::promise<void> closed;
  std::thread guest([&] {
    pool.invoke([&] {
      entered.count_down();
      closed.get_future().wait();
      for (int i = 0; i < 100; ++i) {
        pool.execute([&] { ran.fetch_add(1); });
      }
      ran.fetch_add(static_cast<int>(fib(10)));
    });
  });
  entered.wait();
  pool.close();
  REQUIRE_THROWS_AS(pool.invoke([] {}), filch::pool_closed);
  closed.set_value();
  const auto report = pool.shutdown();
  REQUIRE(ran.load() == 155);
  REQUIRE(report.joined);
  REQUIRE(report.running == 0);
  guest.join();
}

TEST_CASE("a guest is counted as a running task of the pool") {
  filch::thread_pool pool(1);
  pool.invoke([&] { REQUIRE(pool.shutdown_for(0ns).running == 1); });
  REQUIRE(pool.shutdown().running == 0);
  REQUIRE(pool.metrics().tasks_started == pool.metrics().tasks_completed);
}

TEST_CASE("a guest may destroy the pool that it is in") {
  for (int i = 0; i < 100; ++i) {
    auto pool = std::make_unique<filch::thread_pool>(2);
    REQUIRE(pool->invoke([&] {
      const long n = fib(8);
      pool.reset();
      return n + fib(8);
    }) == 42);
    REQUIRE(filch::this_worker::pool() == nullptr);
  }
}

TEST_CASE("a worker of one pool is a guest of another, and back again") {
  filch::thread_pool a(1);
  filch::thread_pool b(1);
  const long sum = on_worker(a, [&] {
    return b.invoke([&] {
      const long there = filch::this_worker::pool() == &b ? 1000 : 0;
      return there + fib(10) + a.invoke([&] { return fib(10) + (filch::this_worker::pool() == &a ? 100 : 0); });
    });
  });
  REQUIRE(sum == 1000 + 55 + 55 + 100);
}

TEST_CASE("what a guest's call throws comes out of it, and the place is free again") {
  filch::thread_pool pool(1);
  for (int i = 0; i < 200; ++i) {
    REQUIRE_THROWS_AS(
        pool.invoke([] { filch::fork_join([] { throw std::runtime_error("first"); }, [] { return fib(5); }); }),
        std::runtime_error);
  }
  pool.wait_idle();
  REQUIRE(pool.invoke([] { return filch::this_worker::index(); }) == 1U);
}

TEST_CASE("stress: guests come and go while the pool works, until it drains") {
  for (int round = 0; round < 30; ++round) {
    filch::thread_pool pool(2);
    std::atomic<long> ran{0};
    std::atomic<long> sent{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        try {
          for (;;) {
            pool.invoke([&] {
              pool.execute([&] { ran.fetch_add(1); });
              sent.fetch_add(1);
              if (fib(7) != 13) {
                std::terminate();
              }
            });
          }
        } catch (const filch::pool_closed&) {
        }
      });
    }
    std::this_thread::sleep_for(2ms);
    const auto report = pool.shutdown();
    REQUIRE(report.joined);
    for (auto& t : threads) {
      t.join();
    }
    REQUIRE(ran.load() == sent.load());
  }
}
