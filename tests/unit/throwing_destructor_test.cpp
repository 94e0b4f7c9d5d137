// SPDX-License-Identifier: BSL-1.0
// What the destructors of callables and results throw is counted and reaches the hook, wherever they are destroyed.
#include <filch/thread_pool.hpp>

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"

using filch_test::blocker;

namespace {

/// Throws when it is destroyed, once, wherever it has been moved to.
struct transaction {
  explicit transaction(const char* text) : what(text) {}
  transaction(transaction&& o) noexcept : what(std::exchange(o.what, nullptr)) {}
  transaction& operator=(transaction&&) = delete;
  ~transaction() noexcept(false) {
    if (what != nullptr) {
      throw std::runtime_error(what);
    }
  }
  void operator()() const {}

  const char* what;
};

/// Returns a value and cannot be destroyed.
struct returning {
  transaction cannot_be_destroyed{"of the callable"};
  transaction operator()() { return transaction("of the result"); }
};

struct hooked {
  explicit hooked(filch::pool_options options = {.threads = 1})
      : pool([&] {
          options.on_unhandled_exception = [this](std::exception_ptr) { calls.fetch_add(1); };
          return options;
        }()) {}
  [[nodiscard]] int reports() const { return calls.load(); }
  [[nodiscard]] bool all_counted() const {
    return pool.metrics().unhandled_exceptions == static_cast<unsigned>(calls.load());
  }

  std::atomic<int> calls{0};
  filch::thread_pool pool;
};

}  // namespace

TEST_CASE("the exception of a result's destructor is reported, whether its handle goes before the end or after it") {
  hooked h;
  {
    blocker b(h.pool);
    h.pool.spawn([] { return transaction("early"); }).detach();
    b.open();
  }
  h.pool.wait_idle();
  REQUIRE(h.reports() == 1);
  {
    const auto late = h.pool.spawn([] { return transaction("late"); });
    h.pool.wait_idle();
  }
  REQUIRE(h.reports() == 2);
  auto assigned = h.pool.spawn([] { return transaction("assigned over"); });
  h.pool.wait_idle();
  assigned = {};
  REQUIRE(h.reports() == 3);
  REQUIRE(h.all_counted());
}

TEST_CASE("the exception of a result's destructor is reported after the end of its pool") {
  std::atomic<int> calls{0};
  {
    filch::join_handle<transaction> handle;
    {
      filch::thread_pool pool(
          {.threads = 1, .on_unhandled_exception = [&](std::exception_ptr) { calls.fetch_add(1); }});
      handle = pool.spawn([] { return transaction("late"); });
    }
    REQUIRE(calls.load() == 0);
  }
  REQUIRE(calls.load() == 1);
}

TEST_CASE("a result that join has moved out is the caller's") {
  hooked h;
  auto handle = h.pool.spawn([] { return transaction("fetched"); });
  {
    transaction fetched = handle.join();
    fetched.what = nullptr;
  }
  h.pool.wait_idle();
  REQUIRE(h.reports() == 0);
}

TEST_CASE(
    "a callable whose destructor throws after it has returned: join throws that, and the result's goes to the hook") {
  hooked h;
  auto handle = h.pool.spawn(returning());
  REQUIRE_THROWS_WITH(handle.join(), "of the callable");
  h.pool.wait_idle();
  REQUIRE(h.reports() == 1);
  h.pool.spawn(returning()).detach();
  h.pool.wait_idle();
  REQUIRE(h.reports() == 3);
  REQUIRE(h.all_counted());
}

TEST_CASE("the exception of a callable's destructor is reported when its task is cancelled, by whichever thread") {
  hooked h;
  blocker b(h.pool);
  auto outside = h.pool.spawn(transaction("cancelled"));
  REQUIRE(outside.cancel());
  REQUIRE(h.reports() == 1);
  REQUIRE_THROWS_AS(outside.join(), filch::task_cancelled);
  b.open();
  h.pool.spawn([&] {
          auto inside = h.pool.spawn(transaction("cancelled inside"));
          if (!inside.cancel()) {
            throw std::logic_error("it had started");
          }
        }).join();
  REQUIRE(h.reports() == 2);
  REQUIRE(h.all_counted());
}

TEST_CASE(
    "the exceptions of callables' destructors are reported when they are discarded or dropped from a cancelled group") {
  hooked h;
  blocker b(h.pool);
  filch::task_group group(h.pool);
  group.run(transaction("of a group"));
  group.cancel();
  h.pool.execute(transaction("executed"));
  auto spawned = h.pool.spawn(transaction("spawned"));
  b.open();
  group.wait();
  h.pool.wait_idle();
  REQUIRE_THROWS_WITH(spawned.join(), "spawned");
  REQUIRE(h.reports() == 2);

  blocker again(h.pool);
  group.run(transaction("of a group"));
  h.pool.execute(transaction("executed"));
  spawned = h.pool.spawn(transaction("spawned"));
  std::thread closer([&] { h.pool.shutdown(filch::shutdown_mode::discard); });
  while (h.pool.try_execute([] {}) != filch::submit_status::closed) {
    std::this_thread::yield();
  }
  again.open();
  closer.join();
  REQUIRE_THROWS_AS(group.wait(), filch::task_cancelled);
  REQUIRE_THROWS_AS(spawned.join(), filch::task_cancelled);
  REQUIRE(h.reports() == 5);
  REQUIRE(h.all_counted());
}

TEST_CASE("tasks in place report what their destructors throw") {
  hooked h({.threads = 1, .max_pending = 1, .on_full = filch::on_full::run_in_caller});
  blocker b(h.pool);
  h.pool.execute([] {});
  h.pool.execute(transaction("in place"));
  REQUIRE(h.reports() == 1);
  h.pool.spawn([] { return transaction("result in place"); }).detach();
  REQUIRE(h.reports() == 2);
  b.open();
}

TEST_CASE("without guests an invoked function's result that cannot be destroyed is the caller's") {
  hooked h({.threads = 1, .guests = false});
  {
    transaction result = h.pool.invoke([] { return transaction("invoked"); });
    REQUIRE(std::string(result.what) == "invoked");
    result.what = nullptr;
  }
  REQUIRE(h.reports() == 0);
}
