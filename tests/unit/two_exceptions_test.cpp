// SPDX-License-Identifier: BSL-1.0
// Where two exceptions meet none is lost: one is thrown, the others are kept or go to the hook
// (docs/guides/exceptions.md).
#include <filch/filch.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/blocker.hpp"
#include "support/catch.hpp"

using filch_test::blocker;
using texts = std::vector<std::string>;

namespace {

struct hooked {
  explicit hooked(std::size_t threads = 2)
      : pool({.threads = threads, .on_unhandled_exception = [this](std::exception_ptr error) { note(error); }}) {}

  void note(const std::exception_ptr& error) {
    const std::lock_guard lock(mutex);
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      said.emplace_back(e.what());
    }
  }

  /// What came to the hook, in alphabetical order.
  [[nodiscard]] texts reported() {
    pool.wait_idle();
    const std::lock_guard lock(mutex);
    texts all = said;
    std::sort(all.begin(), all.end());
    return all;
  }

  std::mutex mutex;
  texts said;
  filch::thread_pool pool;
};

[[noreturn]] void fail(const char* what) { throw std::runtime_error(what); }

/// Throws when it is destroyed, once, wherever it has been moved to.
struct transaction {
  explicit transaction(const char* text) : what(text) {}
  transaction(transaction&& o) noexcept : what(std::exchange(o.what, nullptr)) {}
  ~transaction() noexcept(false) {
    if (what != nullptr) {
      fail(what);
    }
  }
  const char* what;
};

/// A callable that throws, and when it is destroyed throws again.
struct throws_twice {
  transaction cannot_be_destroyed{"destructor"};
  void operator()() { fail("call"); }
};

/// A callable that cannot be copied for the third time.
struct copied_twice {
  explicit copied_twice(int& n) : copies(&n) {}
  copied_twice(const copied_twice& o) : copies(o.copies) {
    if (++*copies == 3) {
      fail("copy");
    }
  }
  void operator()() const { fail("task"); }
  int* copies;
};

}  // namespace

TEST_CASE("fork_join: both sides throw") {
  hooked h;
  texts all;
  try {
    filch::fork_join(h.pool, [] { fail("first"); }, [] { fail("second"); });
  } catch (const std::runtime_error& e) {
    all.emplace_back(e.what());  // of the one that came first in time
  }
  const texts others = h.reported();
  REQUIRE(all.size() == 1);
  REQUIRE(others.size() == 1);
  REQUIRE(std::set<std::string>{all.front(), others.front()} == std::set<std::string>{"first", "second"});
}

TEST_CASE("fork_join: one side throws, and the other's result cannot be destroyed") {
  hooked h;
  REQUIRE_THROWS_WITH(filch::fork_join(
                          h.pool, [] { fail("first"); }, [] { return transaction("of the second"); }),
                      "first");
  REQUIRE(h.reported() == texts{"of the second"});
  REQUIRE_THROWS_WITH(filch::fork_join(h.pool, [] { return transaction("of the first"); }, [] { fail("second"); }),
                      "second");
  REQUIRE(h.reported() == texts{"of the first", "of the second"});
}

TEST_CASE("fork_join: results that cannot be destroyed are the caller's if nothing fails") {
  hooked h;
  auto [first, second] = filch::fork_join(h.pool, [] { return transaction("a"); }, [] { return transaction("b"); });
  REQUIRE(std::string(std::exchange(first.what, nullptr)) == "a");
  REQUIRE(std::string(std::exchange(second.what, nullptr)) == "b");
  REQUIRE(h.reported().empty());
}

TEST_CASE("parallel_invoke: several throw") {
  hooked h;
  REQUIRE_THROWS(filch::parallel_invoke(
      h.pool, [] { fail("a"); }, [] { fail("b"); }, [] { fail("c"); }, [] { fail("d"); }));
  REQUIRE(h.reported().size() == 3);
}

TEST_CASE("parallel_for: several blocks throw") {
  hooked h;
  std::latch both(2);  // the loop ends when one throws
  REQUIRE_THROWS_AS(filch::parallel_for(
                        h.pool, 0, 2,
                        [&](int) {
                          both.arrive_and_wait();
                          fail("block");
                        },
                        filch::grain{1}),
                    std::runtime_error);
  REQUIRE(h.reported() == texts(1, "block"));
}

TEST_CASE("task_group: several tasks throw, and some are never fetched") {
  hooked h;
  {
    filch::task_group group(h.pool);
    group.run([] { fail("task"); });
    group.run([] { fail("task"); });
    REQUIRE_THROWS_WITH(group.wait(), "task");
    REQUIRE(group.exceptions().size() == 2);
  }
  REQUIRE(h.reported().empty());  // both were fetched
  {
    filch::task_group group(h.pool);
    group.run([] { fail("task"); });
    group.run([] { fail("task"); });
    REQUIRE_THROWS_WITH(group.wait(), "task");
  }
  REQUIRE(h.reported() == texts{"task"});
}

TEST_CASE("task_group: it goes while another exception passes through its scope") {
  hooked h;
  const auto leave = [&] {
    filch::task_group group(h.pool);
    group.run([] { fail("task"); });
    fail("on the way");
  };
  REQUIRE_THROWS_WITH(leave(), "on the way");
  REQUIRE(h.reported() == texts{"task"});
}

TEST_CASE("scope: the function and tasks throw") {
  hooked h;
  const auto leave = [&] {
    filch::scope(h.pool, [](filch::task_group& group) {
      group.run([] { fail("task"); });
      group.run([] { fail("task"); });
      fail("function");
    });
  };
  REQUIRE_THROWS_WITH(leave(), "function");
  REQUIRE(h.reported() == texts{"task", "task"});
}

TEST_CASE("execute_bulk: a copy throws, and so do tasks of before") {
  hooked h;
  int copies = 0;
  const std::array<copied_twice, 3> tasks{copied_twice(copies), copied_twice(copies), copied_twice(copies)};
  REQUIRE_THROWS_WITH(h.pool.execute_bulk(tasks.begin(), tasks.end()), "copy");
  REQUIRE(h.reported() == texts{"task", "task"});
}

TEST_CASE("join_all: several tasks throw") {
  hooked h;
  REQUIRE_THROWS_WITH(filch::join_all(h.pool.spawn([] { fail("first"); }), h.pool.spawn([] { fail("second"); }),
                                      h.pool.spawn([] { return transaction("result"); })),
                      "first");
  REQUIRE(h.reported() == texts{"result", "second"});
}

TEST_CASE("a task throws, and then its destructor does") {
  hooked h;
  REQUIRE_THROWS_WITH(h.pool.spawn(throws_twice()).join(), "call");
  REQUIRE(h.reported() == texts{"destructor"});
  h.pool.execute(throws_twice());
  REQUIRE(h.reported() == texts{"call", "destructor", "destructor"});
  {
    filch::task_group group(h.pool);
    group.run(throws_twice());
    REQUIRE_THROWS_WITH(group.wait(), "call");
  }
  REQUIRE(h.reported() == texts{"call", "destructor", "destructor", "destructor"});
}

TEST_CASE("a handle goes while another exception passes through its scope") {
  hooked h;
  const auto leave = [&] {
    auto task = h.pool.spawn([] { fail("task"); });
    auto result = h.pool.spawn([] { return transaction("result"); });
    h.pool.wait_idle();
    fail("on the way");
  };
  REQUIRE_THROWS_WITH(leave(), "on the way");
  REQUIRE(h.reported() == texts{"result", "task"});
}
