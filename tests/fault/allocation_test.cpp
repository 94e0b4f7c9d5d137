// SPDX-License-Identifier: BSL-1.0
// The k-th allocation of a thread fails, for all k: a failed call has no effect.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/failing_new.hpp"

using filch_test::alive;
using filch_test::allocations_left;

namespace {

// A callable too large for the thread's block cache, so that each one allocates.
struct large_task {
  std::unique_ptr<int> owned = std::make_unique<int>(1);
  std::atomic<int>* ran;
  std::array<char, 2000> room{};
  explicit large_task(std::atomic<int>& r) : ran(&r) {}
  void operator()() { ran->fetch_add(*owned); }
};

struct outcome {
  int injections = 0;  // calls that failed
  int unhurt = 0;      // of those, the ones whose callable was untouched
  bool succeeded = false;
};

// Calls `attempt(task)` with the k-th allocation failing, until it succeeds.
template <class Attempt>
outcome for_all_k(std::atomic<int>& ran, Attempt attempt) {
  outcome o;
  for (int k = 0; k < 100 && !o.succeeded; ++k) {
    large_task task(ran);
    allocations_left = k;
    try {
      attempt(task);
      o.succeeded = true;
    } catch (const std::bad_alloc&) {
      ++o.injections;
      allocations_left = -1;
      o.unhurt += task.owned != nullptr ? 1 : 0;
    }
    allocations_left = -1;
  }
  return o;
}

// `settle` waits for the tasks.
template <class Attempt, class Settle>
void check(Attempt attempt, Settle settle) {
  std::atomic<int> ran{0};
  const outcome o = for_all_k(ran, attempt);
  settle();
  REQUIRE(o.succeeded);
  REQUIRE(o.injections > 0);
  REQUIRE(o.unhurt == o.injections);
  REQUIRE(ran.load() == 1);
}

}  // namespace

TEST_CASE("execute, try_execute and spawn from outside") {
  filch::thread_pool pool(1);
  check([&](large_task& t) { pool.execute(std::move(t)); }, [&] { pool.wait_idle(); });
  check([&](large_task& t) { static_cast<void>(pool.try_execute(std::move(t))); }, [&] { pool.wait_idle(); });
  check([&](large_task& t) { pool.spawn(std::move(t)).detach(); }, [&] { pool.wait_idle(); });
}

TEST_CASE("task_group::run, from inside and outside: a failure leaves nothing to wait for") {
  filch::thread_pool pool(1);
  const auto attempts = [&] {
    filch::task_group group(pool);
    std::atomic<int> ran{0};
    const outcome o = for_all_k(ran, [&](large_task& t) { group.run(std::move(t)); });
    group.wait();
    return o.succeeded && o.injections > 0 && ran.load() == 1;
  };
  REQUIRE(attempts());
  REQUIRE(pool.invoke(attempts));
}

TEST_CASE("a bounded pool gets its place back") {
  filch::thread_pool pool(filch::pool_options{.threads = 1, .max_pending = 1, .on_full = filch::on_full::reject});
  check([&](large_task& t) { pool.execute(std::move(t)); }, [&] { pool.wait_idle(); });
}

TEST_CASE("from inside, also while the queues must grow") {
  filch::thread_pool pool(1);
  std::atomic<int> ran{0};
  std::atomic<int> failed{0};
  pool.invoke([&] {
    // The queue's growth fails within push: the task is accepted and kept in the overflow list.
    for (int i = 0; i < 2000; ++i) {
      auto task = std::make_unique<large_task>(ran);
      allocations_left = i % 3;
      try {
        pool.execute([t = std::move(task)] { (*t)(); });
      } catch (const std::bad_alloc&) {
        failed.fetch_add(1);
      }
      allocations_left = -1;
    }
  });
  pool.wait_idle();
  REQUIRE(ran.load() + failed.load() == 2000);
  REQUIRE(ran.load() > 1000);
}

TEST_CASE("fork_join needs no memory, however deep") {
  filch::thread_pool pool(2);
  struct deep {
    static int go(int n) {
      if (n == 0) {
        return 0;
      }
      const auto r = filch::fork_join([n] { return go(n - 1); }, [] { return 1; });
      return r.first + r.second;
    }
  };
  pool.invoke([] {
    allocations_left = 0;
    const int sum = deep::go(5000);  // more than the deque holds
    allocations_left = -1;
    REQUIRE(sum == 5000);
  });
}

TEST_CASE(
    "the k-th allocation of every verb fails: it throws std::bad_alloc or does not need it, and the pool goes on") {
  filch::thread_pool pool(filch::pool_options{.threads = 2, .on_unhandled_exception = [](std::exception_ptr) {}});
  const std::vector<std::pair<const char*, std::function<void()>>> verbs = {
      {"invoke", [&] { pool.invoke([] {}); }},
      {"execute_bulk",
       [&] {
         std::array<void (*)(), 3> tasks{[] {}, [] {}, [] {}};
         static_cast<void>(pool.execute_bulk(tasks.begin(), tasks.end()));
       }},
      {"spawn and join", [&] { pool.spawn([] { return std::array<char, 900>{}; }).join(); }},
      {"spawn and wait_for", [&] { static_cast<void>(pool.spawn([] {}).wait_for(std::chrono::hours(1))); }},
      {"spawn and cancel", [&] { pool.spawn([] {}).cancel(); }},
      {"a group that throws",
       [&] {
         filch::task_group group(pool);
         group.run([] { throw 1; });
         try {
           group.wait();
         } catch (int) {
         }
         static_cast<void>(group.exceptions());
       }},
      {"a group that is cancelled",
       [&] {
         filch::task_group group(pool);
         static_cast<void>(group.get_stop_token());
         group.run([] {});
         group.cancel();
         group.wait();
       }},
      {"scope", [&] { filch::scope(pool, [](filch::task_group& g) { g.run([] {}); }); }},
      {"parallel_for", [&] { filch::parallel_for(pool, 0, 100, [](int) {}, filch::grain{1}); }},
      {"fork_join and parallel_invoke as a guest",
       [&] { pool.invoke([] { filch::parallel_invoke([] {}, [] { filch::fork_join([] {}, [] {}); }, [] {}); }); }},
      {"trim", [&] { pool.trim(); }},
      {"describe and metrics",
       [&] {
         static_cast<void>(pool.describe());
         static_cast<void>(pool.metrics());
       }},
      {"wait_idle", [&] { pool.wait_idle(); }},
      {"shutdown of another pool",
       [&] {
         filch::thread_pool other(1);
         other.execute([] {});
         other.shutdown();
       }},
  };
  for (const auto& [name, verb] : verbs) {
    INFO(name);
    bool succeeded = false;
    for (int k = 0; k < 300 && !succeeded; ++k) {
      allocations_left = k;
      try {
        verb();
        succeeded = true;
      } catch (const std::bad_alloc&) {
      }
      allocations_left = -1;
      pool.wait_idle();
      if (pool.spawn([] { return 5; }).join() != 5) {
        break;
      }
    }
    REQUIRE(succeeded);
  }
  REQUIRE(pool.shutdown().joined);
}

TEST_CASE("the k-th allocation of build fails: there is no exception, and no pool without a reason") {
  for (const std::size_t threads : {2u, 3'000u}) {  // the second is a bad option, and its text needs memory too
    std::error_code ec = std::make_error_code(std::errc::not_enough_memory);
    int k = 0;
    for (; k < 500 && ec.message().find("3000") == std::string::npos && ec; ++k) {
      allocations_left = k;
      const auto pool = filch::thread_pool::build(filch::pool_options{.threads = threads}, ec);
      allocations_left = -1;
      REQUIRE((pool != nullptr) == !ec);
      REQUIRE((!ec || ec == std::errc::not_enough_memory || (threads == 3'000 && ec == std::errc::invalid_argument)));
    }
    REQUIRE(k > 5);
    REQUIRE(k < 500);
  }
}

TEST_CASE("the k-th allocation of the constructor fails: nothing leaks") {
  {
    const filch::thread_pool warm(3);
  }
  const long before = alive.load();
  int injections = 0;
  bool succeeded = false;
  for (int k = 0; k < 500 && !succeeded; ++k) {
    filch::pool_options options{.threads = 3, .name = "a name that is too long for the small buffer"};
    allocations_left = k;
    try {
      const filch::thread_pool pool(std::move(options));
      succeeded = true;
    } catch (const std::bad_alloc&) {
      ++injections;
    }
    allocations_left = -1;
  }
  REQUIRE(succeeded);
  REQUIRE(injections > 10);
  REQUIRE(alive.load() == before);
}
