// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>

#include <atomic>
#include <exception>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"
#include "support/resident.hpp"

using filch_test::on_worker;

namespace {

int number_of(const std::exception_ptr& e) {
  try {
    std::rethrow_exception(e);
  } catch (int n) {
    return n;
  } catch (...) {
    return -1;
  }
}

int nested(filch::thread_pool& pool, int depth) {
  if (depth == 0) {
    return 1;
  }
  filch::task_group group(pool);
  std::atomic<int> sum{0};
  for (int i = 0; i < 3; ++i) {
    group.run([&] { sum.fetch_add(nested(pool, depth - 1)); });
  }
  group.wait();
  return sum.load();
}

}  // namespace

TEST_CASE("an empty group waits for nothing; a group is used again after wait") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  group.wait();
  group.wait();
  int sum = 0;
  for (int round = 1; round <= 200; ++round) {
    group.run([&] { sum += round; });
    group.wait();
  }
  REQUIRE(sum == 20100);
}

TEST_CASE("groups nest, from outside and inside, with 1, 2 and 8 workers") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    REQUIRE(nested(pool, 5) == 243);
    REQUIRE(on_worker(pool, [&] { return nested(pool, 5); }) == 243);
  }
}

TEST_CASE("tasks of a group run more tasks in it") {
  for (const std::size_t threads : {1u, 3u}) {
    filch::thread_pool pool(threads);
    filch::task_group group(pool);
    std::atomic<int> ran{0};
    struct tree {
      filch::task_group* group;
      std::atomic<int>* ran;
      int depth;
      void operator()() const {
        ran->fetch_add(1);
        if (depth != 0) {
          group->run(tree{group, ran, depth - 1});
          group->run(tree{group, ran, depth - 1});
        }
      }
    };
    group.run(tree{&group, &ran, 9});
    group.wait();
    REQUIRE(ran.load() == 1023);
  }
}

TEST_CASE("one worker waits while another thread runs tasks in its group") {
  filch::thread_pool pool(1);
  for (int round = 0; round < 300; ++round) {
    std::promise<filch::task_group*> made;
    std::promise<void> offered;
    int ran = 0;
    std::thread outside([&] {
      filch::task_group* const group = made.get_future().get();
      group->run([&] { ++ran; });
      offered.set_value();
      group->run([&] { ++ran; });
      group->run([&] { ++ran; });
    });
    on_worker(pool, [&] {
      filch::task_group group(pool);
      group.run([&] {
        offered.get_future().wait();
        outside.join();  // the group has an unfinished task until all are offered
      });
      made.set_value(&group);
      group.wait();
    });
    REQUIRE(ran == 3);
  }
}

TEST_CASE("a task submitted inside a wait is handed over, with one worker") {
  filch::thread_pool pool(1);
  std::vector<int> order;
  std::vector<int> after_inner;
  std::vector<int> after_outer;
  on_worker(pool, [&] {
    filch::task_group outer(pool);
    outer.run([&] { order.push_back(1); });
    pool.execute([&] { order.push_back(9); });
    filch::task_group inner(pool);
    inner.run([&] {
      pool.execute([&] { order.push_back(9); });
      inner.run([&] { order.push_back(2); });
      pool.execute([&] { order.push_back(9); });
    });
    inner.wait();
    after_inner = order;
    outer.wait();
    after_outer = order;
  });
  REQUIRE(after_inner == std::vector{2});
  REQUIRE(after_outer == std::vector{2, 1});
  pool.wait_idle();
  REQUIRE(order == std::vector{2, 1, 9, 9, 9});
}

TEST_CASE("callables are destroyed before wait returns") {
  filch::thread_pool pool(2);
  const auto token = std::make_shared<int>(0);
  filch::task_group group(pool);
  for (int round = 0; round < 500; ++round) {
    for (int i = 0; i < 4; ++i) {
      group.run([token] {});
    }
    group.wait();
    REQUIRE(token.use_count() == 1);
  }
}

TEST_CASE("wait throws the first exception, exceptions has all, the hook gets what nobody fetched") {
  std::atomic<int> hooked{0};
  filch::thread_pool pool(
      filch::pool_options{.threads = 1, .on_unhandled_exception = [&](std::exception_ptr) { hooked.fetch_add(1); }});
  {
    filch::task_group group(pool);
    for (int i = 1; i <= 3; ++i) {
      group.run([i] { throw i; });
    }
    int thrown = 0;
    try {
      group.wait();
    } catch (int n) {
      thrown = n;
    }
    const auto all = group.exceptions();
    REQUIRE(all.size() == 3);
    REQUIRE(number_of(all[0]) == thrown);
    group.wait();  // fetched: not again
    REQUIRE(hooked.load() == 0);
    group.run([] {});
    REQUIRE(group.exceptions().empty());
    group.run([] { throw 7; });
    group.run([] { throw 8; });
    REQUIRE_THROWS_AS(group.wait(), int);
  }
  REQUIRE(hooked.load() == 1);  // the second of the last round
  {
    filch::task_group group(pool);
    group.run([] { throw 9; });
  }
  REQUIRE(hooked.load() == 2);
}

TEST_CASE("a long-lived group keeps nothing of tasks that have ended") {
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  std::atomic<int> ran{0};
  const long before = filch_test::resident_kib();
  for (int i = 1; i <= 300'000; ++i) {
    group.run([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
    if (i % 1000 == 0) {
      while (ran.load(std::memory_order_relaxed) != i) {
        std::this_thread::yield();
      }
    }
  }
  // A proxy of 64 bytes for each task would be 18,750 KiB.
  REQUIRE((!filch_test::memory_tells || filch_test::resident_kib() < before + 4'000));
  group.wait();
}

TEST_CASE("a second waiter gets usage_error") {
  filch::thread_pool pool(2);
  filch::task_group group(pool);
  std::promise<void> gate;
  group.run([opened = gate.get_future()] { opened.wait(); });
  std::atomic<int> errors{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      try {
        group.wait();
      } catch (const filch::usage_error&) {
        errors.fetch_add(1);
        gate.set_value();
      }
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(errors.load() == 1);
}

TEST_CASE("a mutex may be held across wait while the tasks of others take it") {
  for (const std::size_t threads : {1u, 2u, 8u}) {
    filch::thread_pool pool(threads);
    std::mutex mutex;
    int sum = 0;
    filch::task_group all(pool);
    for (int i = 0; i < 64; ++i) {
      all.run([&] {
        const std::lock_guard lock(mutex);
        filch::task_group group(pool);
        std::atomic<int> parts{0};
        for (int k = 0; k < 4; ++k) {
          group.run([&] { parts.fetch_add(1); });
        }
        group.wait();
        sum += parts.load();
      });
    }
    all.wait();
    REQUIRE(sum == 256);
  }
}
