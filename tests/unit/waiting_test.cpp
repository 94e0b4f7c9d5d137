// SPDX-License-Identifier: BSL-1.0
// What runs on the stack of a task that waits, and where else (docs/design/waiting.md).
#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

namespace {

/// A fork whose second side was stolen and ends when an unrelated task has run. Returns: where that ran, and where the
/// waiter is.
struct places {
  std::optional<std::size_t> unrelated;
  std::optional<std::size_t> waiter;
};

places run_unrelated_beside_a_wait(filch::thread_pool& pool) {
  places where;
  std::atomic<bool> stolen{false};
  std::atomic<bool> ran{false};
  on_worker(pool, [&] {
    where.waiter = filch::this_worker::index();
    filch::fork_join(
        [&] {
          while (!stolen) {
            std::this_thread::yield();
          }
          pool.execute([&] {
            where.unrelated = filch::this_worker::index();
            ran = true;
          });
        },
        [&] {
          stolen = true;
          while (!ran) {
            std::this_thread::yield();
          }
        });
  });
  return where;
}

/// A group whose child was stolen; that child runs a child of another group, made by `make`, and goes on when that has
/// run. Returns: where the latter ran, and where the waiter is.
template <class Make>
places run_nested_child_beside_a_wait(filch::thread_pool& pool, Make make) {
  places where;
  std::atomic<bool> queued{false};
  std::atomic<bool> ran{false};
  const auto until = [](const std::atomic<bool>& flag) {
    while (!flag) {
      std::this_thread::yield();
    }
  };
  on_worker(pool, [&] {
    where.waiter = filch::this_worker::index();
    filch::task_group outer(pool);
    outer.run([&] {
      make(pool, [&](filch::task_group& inner) {
        inner.run([&] {
          where.unrelated = filch::this_worker::index();
          ran = true;
        });
        queued = true;
        until(ran);
      });
    });
    until(queued);
    outer.wait();
  });
  return where;
}

}  // namespace

TEST_CASE("a waiter runs the children of groups that end with what it waits for") {
  if (!filch::detail::native_policy::has_heavy_barrier()) {
    WARN("no group has an owner where there are no heavy barriers: spares run such children");
    return;
  }
  filch::thread_pool pool({.threads = 2, .max_spares = 0});
  for (int i = 0; i < 20; ++i) {
    const places where = run_nested_child_beside_a_wait(pool, [](filch::thread_pool& p, auto use) {
      filch::task_group inner(p);
      use(inner);
    });
    REQUIRE(where.unrelated == where.waiter);
  }
}

TEST_CASE("a waiter leaves alone the children of groups that may outlive what it waits for") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 20; ++i) {
    const places where = run_nested_child_beside_a_wait(pool, [](filch::thread_pool& p, auto use) {
      const auto inner = std::make_unique<filch::task_group>(p);
      use(*inner);
    });
    REQUIRE(where.unrelated != where.waiter);
  }
}

TEST_CASE("by default an unrelated task runs beside the waiter, on a spare") {
  filch::thread_pool pool(2);
  const places where = run_unrelated_beside_a_wait(pool);
  REQUIRE(where.unrelated != where.waiter);
  REQUIRE(where.unrelated >= pool.thread_count());
  const filch::pool_metrics m = pool.metrics();
  REQUIRE(m.spares == 1);
  REQUIRE(m.waits_idle >= 1);
  REQUIRE(m.waits_parked >= 1);
}

TEST_CASE("waiting = any runs it on the waiter's stack") {
  filch::thread_pool pool({.threads = 2, .waiting = filch::waiting::any, .max_spares = 0});
  const places where = run_unrelated_beside_a_wait(pool);
  REQUIRE(where.unrelated == where.waiter);
}

TEST_CASE("waiting = any: a group and a handle wait likewise") {
  filch::thread_pool pool({.threads = 1, .waiting = filch::waiting::any, .max_spares = 0});
  std::atomic<int> ran{0};
  on_worker(pool, [&] {
    for (int i = 0; i < 100; ++i) {
      pool.execute([&] { ran.fetch_add(1); });
    }
    filch::task_group group(pool);
    for (int i = 0; i < 10; ++i) {
      group.run([&] { ran.fetch_add(1); });
    }
    group.wait();
    pool.spawn([&] { ran.fetch_add(1); }).join();
  });
  pool.wait_idle();
  REQUIRE(ran.load() == 111);
}

TEST_CASE("waiting = any: the sums of a fork tree") {
  for (const std::size_t threads : {std::size_t{1}, std::size_t{2}, std::size_t{4}}) {
    filch::thread_pool pool({.threads = threads, .waiting = filch::waiting::any});
    struct tree {
      static int sum(int depth) {
        if (depth == 0) {
          return 1;
        }
        const auto [a, b] = filch::fork_join([depth] { return sum(depth - 1); }, [depth] { return sum(depth - 1); });
        return a + b;
      }
    };
    REQUIRE(pool.invoke([] { return tree::sum(16); }) == 1 << 16);
    REQUIRE(on_worker(pool, [] { return tree::sum(16); }) == 1 << 16);
  }
}

TEST_CASE("a wait counts as idle only if it found nothing to run") {
  filch::thread_pool pool(1);
  on_worker(pool, [&] {
    pool.spawn([] {}).join();
    filch::fork_join([] {}, [] {});
  });
  const filch::pool_metrics m = pool.metrics();
  REQUIRE(m.waits == 1);
  REQUIRE(m.waits_idle == 0);
}
