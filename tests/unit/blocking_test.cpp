// SPDX-License-Identifier: BSL-1.0
#include <filch/blocking.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::blocker;
using filch_test::on_worker;

namespace {

// Something that is waited for without filch. It may go when its waiter has returned.
class event {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    is_set_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false;
};

template <class T>
concept allocatable = requires { new T; };

}  // namespace

static_assert(!std::is_copy_constructible_v<filch::blocking_region>);
static_assert(!std::is_move_constructible_v<filch::blocking_region>);
static_assert(!allocatable<filch::blocking_region>);

TEST_CASE("blocking returns what its function returns and throws what it throws") {
  filch::thread_pool pool(1);
  const auto check = [] {
    int target = 0;
    static_assert(std::is_void_v<decltype(filch::blocking([] {}))>);
    filch::blocking([&] { target = 1; });
    const auto refer = [&]() -> int& { return target; };
    int& reference = filch::blocking(refer);
    const std::unique_ptr<int> moved = filch::blocking([] { return std::make_unique<int>(2); });
    bool thrown = false;
    try {
      filch::blocking([] { throw std::runtime_error("boom"); });
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    return target == 1 && &reference == &target && *moved == 2 && thrown;
  };
  REQUIRE(check());  // outside of any pool
  REQUIRE(on_worker(pool, check));
  REQUIRE(pool.invoke(check));
}

TEST_CASE("a task that blocks for another task lets it run, in a pool of one") {
  filch::thread_pool pool(1);
  event done;
  on_worker(pool, [&] {
    pool.execute([&] { done.set(); });
    filch::blocking([&] { done.wait(); });
  });
  REQUIRE(pool.metrics().spares == 1);
}

TEST_CASE("a task that blocks lets tasks from outside run") {
  filch::thread_pool pool(1);
  event blocks;
  event done;
  auto handle = pool.spawn([&] {
    const filch::blocking_region others_run;
    blocks.set();
    done.wait();
  });
  blocks.wait();
  pool.execute([&] { done.set(); });
  handle.join();
}

TEST_CASE("regions nest, and the thread may use filch meanwhile: what it submits there runs too") {
  filch::thread_pool pool(1);
  on_worker(pool, [&] {
    event first;
    event second;
    event third;
    filch::task_group group(pool);
    const filch::blocking_region outer;
    pool.execute([&] { first.set(); });
    first.wait();
    group.run([&] { second.set(); });
    {
      const filch::blocking_region inner;
      second.wait();
    }
    pool.spawn([&] { third.set(); }).join();
    third.wait();
    group.wait();
    filch::fork_join([] {}, [] {});
  });
}

TEST_CASE("a group's task that its waiter has not begun runs while the waiter blocks") {
  filch::thread_pool pool(1);
  const auto run = [&] {
    event done;
    filch::task_group group(pool);
    group.run([&] { done.set(); });
    filch::blocking([&] { done.wait(); });
    group.wait();
  };
  on_worker(pool, run);
  pool.invoke(run);  // as a guest
}

TEST_CASE("a task in place may block for what the pool has to do") {
  filch::thread_pool pool({.threads = 1, .max_pending = 1, .on_full = filch::on_full::run_in_caller});
  blocker b(pool);
  pool.execute([] {});
  const std::thread::id here = std::this_thread::get_id();
  std::thread::id ran_on;
  pool.execute([&] {
    ran_on = std::this_thread::get_id();
    event done;
    pool.execute([&] { done.set(); });
    filch::task_group group(pool);
    group.run([] {});
    b.open();
    filch::blocking([&] { done.wait(); });
  });
  REQUIRE(ran_on == here);
}

TEST_CASE("a thread that is inside of two pools lends its core in both") {
  filch::thread_pool first(1);
  filch::thread_pool second(1);
  on_worker(first, [&] {
    second.invoke([&] {
      event in_first;
      event in_second;
      first.execute([&] { in_first.set(); });
      second.execute([&] { in_second.set(); });
      filch::blocking([&] {
        in_first.wait();
        in_second.wait();
      });
    });
  });
}

TEST_CASE("a blocked thread goes on at once, while the spare is still running") {
  filch::thread_pool pool(1);
  event started;
  event go;
  pool.execute([&] {
    filch::blocking([&] { started.wait(); });
    go.set();
  });
  pool.execute([&] {
    started.set();
    go.wait();
  });
  pool.wait_idle();
}

TEST_CASE("as many tasks block at once as there are threads and spares allowed") {
  constexpr std::size_t spares = 5;
  filch::thread_pool pool({.threads = 1, .max_spares = spares});
  std::promise<void> all_block;
  const std::shared_future<void> gate = all_block.get_future().share();
  std::atomic<std::size_t> blocked{0};
  for (std::size_t i = 0; i < spares + 1; ++i) {
    pool.execute([&] {
      const filch::blocking_region others_run;
      if (blocked.fetch_add(1) == spares) {
        all_block.set_value();
      }
      gate.wait();
    });
  }
  pool.wait_idle();
  REQUIRE(pool.metrics().spares == spares);
}

TEST_CASE("beyond max_spares no thread is made, and the next task waits for the blocked one") {
  filch::thread_pool pool({.threads = 1, .max_spares = 0});
  event blocks;
  event go;
  bool ended = false;
  bool in_order = false;
  pool.execute([&] {
    filch::blocking([&] {
      blocks.set();
      go.wait();
    });
    ended = true;
  });
  blocks.wait();
  pool.execute([&] { in_order = ended; });
  go.set();
  pool.wait_idle();
  REQUIRE(in_order);
  REQUIRE(pool.metrics().spares == 0);
}

TEST_CASE("outside of any pool a region does nothing") {
  filch::thread_pool pool(1);
  const filch::blocking_region nothing;
  pool.spawn([] {}).join();
  pool.wait_idle();
  REQUIRE(pool.metrics().spares == 0);
}

TEST_CASE("a shutdown beside a blocked task runs what that waits for, and waits for both") {
  filch::thread_pool pool(1);
  event blocks;
  event done;
  pool.execute([&] {
    filch::blocking([&] {
      blocks.set();
      done.wait();
    });
  });
  blocks.wait();
  pool.execute([&] { done.set(); });
  const filch::shutdown_report report = pool.shutdown();
  REQUIRE(report.completed == 2);
  REQUIRE(report.joined);
}

TEST_CASE("stress: many tasks that block for one another") {
  filch::thread_pool pool(2);
  std::atomic<int> ran{0};
  for (int round = 0; round < 500; ++round) {
    auto first = std::make_shared<event>();
    auto second = std::make_shared<event>();
    pool.execute([&ran, first, second] {
      filch::blocking([&] { first->wait(); });
      second->set();
      ran.fetch_add(1);
    });
    pool.execute([&ran, first, second] {
      first->set();
      filch::blocking([&] { second->wait(); });
      ran.fetch_add(1);
    });
  }
  pool.wait_idle();
  REQUIRE(ran.load() == 1000);
}
