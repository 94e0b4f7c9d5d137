// SPDX-License-Identifier: BSL-1.0
// The behaviours J of the Rust book's join handles and scopes.
#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

using namespace std::chrono_literals;

TEST_CASE("J2 join returns the value or rethrows, once") {
  filch::thread_pool pool(2);
  auto value = pool.spawn([] { return std::make_unique<int>(42); });
  REQUIRE(*value.join() == 42);
  REQUIRE_THROWS_AS(value.join(), filch::usage_error);
  REQUIRE_FALSE(value.joinable());

  auto failing = pool.spawn([]() -> int { throw std::runtime_error("boom"); });
  REQUIRE_THROWS_WITH(failing.join(), "boom");

  auto nothing = pool.spawn([] {});
  static_assert(std::is_void_v<decltype(nothing.join())>);
  nothing.join();

  int target = 0;
  auto reference = pool.spawn([&target]() -> int& { return target; });
  int& joined = reference.join();
  REQUIRE(&joined == &target);

  filch::join_handle<int> empty;
  REQUIRE_THROWS_AS(empty.join(), filch::usage_error);
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
}

TEST_CASE("J3 dropping the handle detaches") {
  std::atomic<int> ran{0};
  std::atomic<int> unhandled{0};
  {
    filch::thread_pool pool(
        {.threads = 1, .on_unhandled_exception = [&](std::exception_ptr) { unhandled.fetch_add(1); }});
    std::promise<void> open;
    pool.execute([gate = open.get_future().share()] { gate.wait(); });
    {
      auto dropped = pool.spawn([&] { ran.fetch_add(1); });
    }
    {
      auto dropped_failing = pool.spawn([] { throw std::runtime_error("nobody fetches it"); });
    }
    auto failing = pool.spawn([] { throw std::runtime_error("dropped after its end"); });
    open.set_value();
    pool.wait_idle();
    REQUIRE(unhandled.load() == 1);
    failing.detach();
    REQUIRE(unhandled.load() == 2);
  }
  REQUIRE(ran.load() == 1);
}

TEST_CASE("J4 is_finished does not block") {
  filch::thread_pool pool(1);
  std::promise<void> open;
  auto handle = pool.spawn([gate = open.get_future().share()] { gate.wait(); });
  REQUIRE_FALSE(handle.is_finished());
  REQUIRE_FALSE(handle.wait_for(1ms));
  open.set_value();
  REQUIRE(handle.wait_for(60s));
  REQUIRE(handle.is_finished());
  handle.join();
}

TEST_CASE("J6 scope lets closures borrow locals and waits for all, also when leaving by an exception") {
  filch::thread_pool pool(2);
  std::vector<int> data(100, 1);
  filch::scope(pool, [&](filch::task_group& group) {
    for (int& x : data) {
      group.run([&x] { x += 1; });
    }
  });
  REQUIRE(data == std::vector<int>(100, 2));

  std::atomic<int> ran{0};
  const auto leave_early = [&] {
    filch::scope(pool, [&](filch::task_group& group) {
      for (int i = 0; i < 100; ++i) {
        group.run([&] { ran.fetch_add(1); });
      }
      throw std::runtime_error("early");
    });
  };
  REQUIRE_THROWS_WITH(leave_early(), "early");
  REQUIRE(ran.load() == 100);

  const auto task_throws = [&] {
    filch::scope(pool, [](filch::task_group& group) { group.run([] { throw std::runtime_error("task"); }); });
  };
  REQUIRE_THROWS_WITH(task_throws(), "task");
}

TEST_CASE("J7 what the task did happens before join returns") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 20000; ++i) {
    int plain = 0;  // no atomic: a data race here is for ThreadSanitizer to see
    auto handle = pool.spawn([&plain, i] { plain = i; });
    handle.join();
    REQUIRE(plain == i);
  }
}

TEST_CASE("J a handle cancels a task that has not started") {
  filch::thread_pool pool(1);
  std::promise<void> open;
  pool.execute([gate = open.get_future().share()] { gate.wait(); });
  bool ran = false;
  auto owned = std::make_shared<int>(1);
  auto handle = pool.spawn([&ran, owned] { ran = true; });
  REQUIRE(owned.use_count() == 2);
  REQUIRE(handle.cancel());
  REQUIRE(owned.use_count() == 1);  // the callable is gone at once
  REQUIRE_FALSE(handle.cancel());
  open.set_value();
  REQUIRE_THROWS_AS(handle.join(), filch::task_cancelled);
  pool.wait_idle();
  REQUIRE_FALSE(ran);
}

TEST_CASE("J a handle outlives its pool") {
  filch::join_handle<std::string> late;
  filch::join_handle<int> failed;
  {
    filch::thread_pool pool(2);
    late = pool.spawn([] { return std::string(100, 'x'); });
    failed = pool.spawn([]() -> int { throw std::runtime_error("late"); });
  }
  REQUIRE(late.join() == std::string(100, 'x'));
  REQUIRE_THROWS_WITH(failed.join(), "late");
}

TEST_CASE("J a worker of another pool waits for the task and leaves it to its own pool") {
  filch::thread_pool first(1);
  filch::thread_pool other(1);
  for (int i = 0; i < 1000; ++i) {
    auto handle = first.spawn([] { return filch::this_worker::pool(); });
    REQUIRE(on_worker(other, [&] { return handle.join(); }) == &first);
  }
}

TEST_CASE("J a task that waits for itself is told so") {
  filch::thread_pool pool(1);
  filch::join_handle<void> self;
  std::promise<void> ready;
  std::string what;
  self = pool.spawn([&, gate = ready.get_future().share()] {
    gate.wait();
    try {
      self.wait();
    } catch (const filch::usage_error& e) {
      what = e.what();
    }
  });
  ready.set_value();
  pool.wait_idle();
  REQUIRE(what.find("waits for itself") != std::string::npos);
  self.join();
}

// ThreadSanitizer's own record of a thread's stack ends at 64 K frames; a task that waits for a task takes about a
// dozen.
#if defined(__SANITIZE_THREAD__)
constexpr int chain_length = 2000;
#elif defined(__has_feature)
constexpr int chain_length = __has_feature(thread_sanitizer) ? 2000 : 10000;
#else
constexpr int chain_length = 10000;
#endif

TEST_CASE("J a chain of 10000 tasks that wait for each other ends with one worker") {
  filch::thread_pool pool({.threads = 1, .stack_size = std::size_t{64} << 20});
  struct chain {
    filch::thread_pool& pool;
    int wait_for(int depth) const {
      if (depth == 0) {
        return 0;
      }
      return pool.spawn([this, depth] { return wait_for(depth - 1); }).join() + 1;
    }
  };
  const chain c{pool};
  REQUIRE(on_worker(pool, [&] { return c.wait_for(chain_length); }) == chain_length);
}
