// SPDX-License-Identifier: BSL-1.0
// A child of fork() has one thread, the one that called it, and none of the pools'.
#include <filch/join_all.hpp>
#include <filch/parallel_for.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>
#include <filch/when_any.hpp>

#include <cstdio>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "support/blocker.hpp"
#include "support/child.hpp"

using filch_test::claims;
using filch_test::entries_in_child;
using filch_test::entries_in_child_inside;
using filch_test::has_a_working_default_pool;
using filch_test::is_usage_error;
using filch_test::makes_a_working_pool;
using filch_test::status_of_child;
using filch_test::works;

TEST_CASE("in a child every entry says that there are no threads, and the destructor does not join") {
  auto pool = std::make_unique<filch::thread_pool>(2);
  pool->spawn([] {}).join();
  REQUIRE(status_of_child([&] {
            const int wrong = entries_in_child(*pool);
            pool.reset();
            return wrong;
          }) == 0);
  REQUIRE(pool->spawn([] { return 4; }).join() == 4);  // the parent's pool is as before
}

TEST_CASE("a child that was forked in a task, a child of a group or a side of a fork is no worker") {
  filch::thread_pool pool(2);
  const auto status = [&] { return status_of_child([&] { return entries_in_child_inside(pool); }); };
  REQUIRE(pool.spawn(status).join() == 0);
  int in_group = -1;
  filch::task_group group(pool);
  group.run([&] { in_group = status(); });
  group.wait();
  REQUIRE(in_group == 0);
  int first = -1;
  int second = -1;
  pool.spawn([&] { filch::fork_join([&] { first = status(); }, [&] { second = status(); }); }).join();
  REQUIRE(first == 0);
  REQUIRE(second == 0);
  REQUIRE(pool.spawn([] { return 4; }).join() == 4);
}

TEST_CASE("a child that was forked by a guest is no guest") {
  filch::thread_pool pool(2);
  REQUIRE(pool.invoke([&] { return status_of_child([&] { return entries_in_child_inside(pool); }); }) == 0);
  int in_loop = 0;
  filch::parallel_for(pool, 0, 1,
                      [&](int) { in_loop += status_of_child([&] { return entries_in_child_inside(pool); }); });
  REQUIRE(in_loop == 0);
}

TEST_CASE("a child that was forked in a task of two pools is a worker of neither") {
  filch::thread_pool outer(1);
  filch::thread_pool inner(1);
  const int status = outer.spawn([&] {
    return inner.invoke([&] {
      return status_of_child([&] {
        const int wrong = entries_in_child_inside(inner);
        return wrong != 0 ? wrong : 100 * entries_in_child(outer);
      });
    });
  }).join();
  REQUIRE(status == 0);
}

TEST_CASE("a child that was forked in a task that runs in its submitter is refused") {
  filch::pool_options options;
  options.threads = 1;
  options.max_pending = 1;
  options.on_full = filch::on_full::run_in_caller;
  filch::thread_pool pool(std::move(options));
  filch_test::blocker busy(pool);
  pool.execute([] {});
  int status = -1;
  pool.execute([&] { status = status_of_child([&] { return entries_in_child(pool); }); });
  REQUIRE(status == 0);
  busy.open();
}

TEST_CASE("waits with limits and waits for several tasks are refused in a child, or find what had ended") {
  filch::thread_pool pool(1);
  auto ended = pool.spawn([] { return 1; });
  ended.wait();
  filch_test::blocker busy(pool);
  std::array<filch::join_handle<int>, 2> handles{pool.spawn([] { return 2; }), std::move(ended)};
  filch::task_group group(pool);
  group.run([] {});
  REQUIRE(status_of_child([&] {
            claims c;
            c.claim(is_usage_error([&] { static_cast<void>(pool.wait_idle_for(std::chrono::hours(1))); }));
            c.claim(is_usage_error([&] { static_cast<void>(group.wait_for(std::chrono::hours(1))); }));
            c.claim(is_usage_error([&] { filch::join_all(handles); }));
            c.claim(filch::when_any(handles) == 1);
            c.claim(handles[1].join() == 1);
            c.claim(is_usage_error([&] { static_cast<void>(filch::when_any(std::span(handles).first(1))); }));
            return c.first_wrong();
          }) == 0);
  busy.open();
}

#if FILCH_TEST_CHILD_THREADS

TEST_CASE("a child may make a pool of its own") {
  const filch::thread_pool parents(1);
  REQUIRE(status_of_child([] {
            filch::thread_pool pool(2);
            return pool.spawn([] { return 7; }).join();
          }) == 7);
}

TEST_CASE("a child's child may use neither its parent's pool nor that of its parent's parent") {
  filch::thread_pool pool(1);
  REQUIRE(status_of_child([&] {
            filch::thread_pool mine(1);
            return mine.spawn([&] {
              return status_of_child([&] {
                const int wrong = entries_in_child_inside(mine);
                return wrong != 0 ? wrong : 100 * entries_in_child(pool);
              });
            }).join();
          }) == 0);
}

TEST_CASE("a child has a default pool of its own") {
  // Before the first one and after it.
  REQUIRE(status_of_child([] { return has_a_working_default_pool() ? 0 : 1; }) == 0);
  filch::thread_pool& parents = filch::default_pool();
  REQUIRE(works(parents));
  REQUIRE(status_of_child([&] {
            claims c;
            c.claim(&filch::default_pool() != &parents);
            c.claim(&filch::default_pool() == &filch::default_pool());
            c.claim(works(filch::default_pool()));
            c.claim(is_usage_error([&] { filch::default_pool().close(); }));
            c.claim(parents.try_execute([] {}) == filch::submit_status::forked);
            std::atomic<int> sum{0};
            filch::parallel_for(0, 100, [&](int) { sum += 1; });
            c.claim(sum == 100);
            return c.first_wrong();
          }) == 0);
  REQUIRE(&filch::default_pool() == &parents);
  REQUIRE(works(parents));
}

#endif  // FILCH_TEST_CHILD_THREADS

TEST_CASE("no lock is left locked in a child") {
  filch::thread_pool pool(2);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  // Errors of groups; threads that begin and end; bursts that grow and trim; pools that begin and end.
  threads.emplace_back([&] {
    while (!stop) {
      filch::task_group group(pool);
      for (int i = 0; i < 64; ++i) {
        group.run([] { throw 1; });
      }
      try {
        group.wait();
      } catch (int) {
      }
      static_cast<void>(group.exceptions());
      group.cancel();
    }
  });
  threads.emplace_back([&] {
    while (!stop) {
      std::thread([&] { pool.spawn([] {}).join(); }).join();
    }
  });
  threads.emplace_back([&] {
    while (!stop) {
      filch::task_group group(pool);
      for (int i = 0; i < 2000; ++i) {
        group.run([a = std::array<char, 200>{}] { static_cast<void>(a); });
      }
      group.wait();
      pool.trim();
    }
  });
  threads.emplace_back([&] {
    while (!stop) {
      filch::thread_pool short_lived(1);
      short_lived.execute([] {});
    }
  });
  int right = 0;
  constexpr int children = 60;
  for (int i = 0; i < children; ++i) {
    right +=
        status_of_child([&] { return makes_a_working_pool() && has_a_working_default_pool() ? 0 : 1; }) == 0 ? 1 : 0;
  }
  stop = true;
  for (std::thread& t : threads) {
    t.join();
  }
  REQUIRE(right == children);
}

#else

TEST_CASE("fork is not tested in this configuration") { std::puts("SKIPPED: this system has no fork()"); }

#endif
