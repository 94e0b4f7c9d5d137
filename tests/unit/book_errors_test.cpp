// SPDX-License-Identifier: BSL-1.0
// The behaviours B of the Rust book's thread pool: errors, closing, waiting and the end.
#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

TEST_CASE("a task that throws leaves its worker alive; the exception is counted and handed to the hook") {
  std::atomic<int> handed{0};
  std::atomic<bool> right{true};
  filch::thread_pool pool({.threads = 1, .on_unhandled_exception = [&](std::exception_ptr error) {
                             try {
                               std::rethrow_exception(error);
                             } catch (const std::runtime_error& e) {
                               right = right && std::string(e.what()) == "boom";
                             } catch (...) {
                               right = false;
                             }
                             handed.fetch_add(1);
                           }});
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    pool.execute([] { throw std::runtime_error("boom"); });
    pool.execute([&] { ran.fetch_add(1); });
  }
  pool.wait_idle();
  REQUIRE(ran.load() == 100);
  REQUIRE(handed.load() == 100);
  REQUIRE(right.load());
  REQUIRE(pool.metrics().unhandled_exceptions == 100);
}

TEST_CASE("after close execute throws, try_execute says closed, and the callable is untouched") {
  filch::thread_pool pool(2);
  pool.close();
  auto task = [owned = std::make_unique<int>(7)] {};
  REQUIRE_THROWS_AS(pool.execute(std::move(task)), filch::pool_closed);
  REQUIRE(pool.try_execute(std::move(task)) == filch::submit_status::closed);
  REQUIRE_THROWS_AS(static_cast<void>(pool.spawn(std::move(task))), filch::pool_closed);
  auto again = std::move(task);  // still whole
  static_cast<void>(again);
  REQUIRE_THROWS_AS(pool.invoke([] {}), filch::pool_closed);
}

TEST_CASE("a submission that races with close is accepted and run, or refused and given back") {
  for (int round = 0; round < 300; ++round) {
    std::atomic<int> ran{0};
    int accepted = 0;
    int given_back = 0;
    {
      filch::thread_pool pool(2);
      std::promise<void> started;
      auto submitter = std::async(std::launch::async, [&] {
        started.set_value();
        for (;;) {
          auto task = [&ran, owned = std::make_unique<int>(1)] { ran.fetch_add(*owned); };
          if (pool.try_execute(std::move(task)) != filch::submit_status::accepted) {
            std::move(task)();  // would read a null pointer if the pool had kept it
            ++given_back;
            return;
          }
          ++accepted;
        }
      });
      started.get_future().wait();
      pool.close();
      submitter.wait();
    }
    REQUIRE(given_back == 1);
    REQUIRE(ran.load() == accepted + 1);
  }
}

TEST_CASE("a job may wait for another job, even with one worker") {
  filch::thread_pool pool(1);
  auto outer = pool.spawn([&pool] {
    auto inner = pool.spawn([&pool] {
      auto innermost = pool.spawn([] { return 1; });
      return innermost.join() + 1;
    });
    return inner.join() + 1;
  });
  REQUIRE(outer.join() == 3);
}

TEST_CASE("jobs that wait for jobs in the order of their submission") {
  for (const std::size_t workers : {1U, 2U, 8U}) {
    filch::thread_pool pool(workers);
    const int sum = on_worker(pool, [&pool] {
      std::vector<filch::join_handle<int>> handles;
      for (int i = 0; i < 100; ++i) {
        handles.push_back(pool.spawn([&pool, i] {
          auto inner = pool.spawn([i] { return i; });
          pool.execute([] {});
          return inner.join();
        }));
      }
      int total = 0;
      for (auto& h : handles) {
        total += h.join();
      }
      return total;
    });
    REQUIRE(sum == 4950);
  }
}

TEST_CASE("B dropping the pool inside one of its own tasks") {
  for (const std::size_t workers : {1U, 3U}) {
    std::promise<void> destroyed;
    auto ran = std::make_shared<std::atomic<int>>(0);
    std::promise<void> last_ran;
    {
      auto pool = std::make_unique<filch::thread_pool>(workers);
      filch::thread_pool& p = *pool;
      std::promise<void> go;
      p.execute([gate = go.get_future().share(), owned = std::move(pool), &destroyed]() mutable {
        gate.wait();
        owned.reset();
        destroyed.set_value();
      });
      for (int i = 0; i < 100; ++i) {
        p.execute([ran, &last_ran] {
          if (ran->fetch_add(1) == 99) {
            last_ran.set_value();
          }
        });
      }
      go.set_value();
    }
    destroyed.get_future().wait();
    last_ran.get_future().wait();  // what was accepted still runs
    REQUIRE(ran->load() == 100);
  }
}
