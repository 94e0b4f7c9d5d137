// SPDX-License-Identifier: BSL-1.0
// The k-th allocation of a thread fails, for all k, in each verb and wherever it is called: what was accepted runs, and
// nothing else does.
#include <array>
#include <atomic>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/failing_new.hpp"

namespace {

using filch_test::allocations_left;

std::atomic<int> ran{0};

// Of two sides that throw, one exception has nobody else.
void ignore(std::exception_ptr) {}

/// A callable that can only be moved, and that is gone from here when it was accepted. Its block is no cached one.
class task {
 public:
  void operator()() { ran.fetch_add(*owned_); }
  [[nodiscard]] bool is_untouched() const { return owned_ != nullptr; }

 private:
  std::unique_ptr<int> owned_ = std::make_unique<int>(1);
  [[maybe_unused]] std::array<char, 1500> room_{};
};

using tasks = std::array<task, 3>;

/// Calls with some of the tasks; the others stay untouched. A loop or fork calls them here.
struct verb {
  const char* name;
  void (*call)(filch::thread_pool&, tasks&);
  bool needs_worker = false;  // if it is called outside: it waits for a task that only a worker runs
};

const std::vector<verb> verbs = {
    {"execute", [](filch::thread_pool& pool, tasks& t) { pool.execute(std::move(t[0])); }},
    {"try_execute", [](filch::thread_pool& pool, tasks& t) { static_cast<void>(pool.try_execute(std::move(t[0]))); }},
    {"execute_bulk",
     [](filch::thread_pool& pool, tasks& t) {
       pool.execute_bulk(std::make_move_iterator(t.begin()), std::make_move_iterator(t.end()));
     }},
    {"spawn, detach", [](filch::thread_pool& pool, tasks& t) { pool.spawn(std::move(t[0])).detach(); }},
    {"spawn, join", [](filch::thread_pool& pool, tasks& t) { pool.spawn(std::move(t[0])).join(); }},
    {"task_group",
     [](filch::thread_pool& pool, tasks& t) {
       filch::task_group group(pool);
       group.run(std::move(t[0]));
       group.run(std::move(t[1]));
       group.wait();
     },
     true},
    {"scope",
     [](filch::thread_pool& pool, tasks& t) {
       filch::scope(pool, [&](filch::task_group& group) {
         group.run(std::move(t[0]));
         group.run(std::move(t[1]));
       });
     },
     true},
    {"invoke", [](filch::thread_pool& pool, tasks& t) { pool.invoke([&] { pool.execute(std::move(t[0])); }); }},
    {"fork_join",
     [](filch::thread_pool& pool, tasks& t) {
       pool.invoke([&] {
         filch::fork_join([&] { pool.execute(std::move(t[0])); }, [&] { pool.execute(std::move(t[1])); });
       });
     }},
    {"parallel_for",
     [](filch::thread_pool& pool, tasks& t) {
       filch::parallel_for(
           pool, std::size_t{0}, t.size(), [&](std::size_t i) { pool.execute(std::move(t[i])); }, filch::grain{1});
     }},
};

struct attempt {
  int untouched = 0;
  bool succeeded = false;
};

// One call, of which the k-th allocation of this thread fails.
attempt call_once(const verb& v, filch::thread_pool& pool, int k) {
  tasks t;
  attempt a;
  allocations_left = k;
  try {
    v.call(pool, t);
    a.succeeded = true;
  } catch (const std::bad_alloc&) {
  }
  allocations_left = -1;
  for (const task& each : t) {
    a.untouched += each.is_untouched() ? 1 : 0;
  }
  return a;
}

/// `in_place` has a call made in the place that it is about, and waits until all tasks have ended.
template <class InPlace>
void try_all(InPlace in_place, bool has_worker = true) {
  for (const verb& v : verbs) {
    if (v.needs_worker && !has_worker) {
      continue;
    }
    INFO(v.name);
    attempt a;
    for (int k = 0; k < 300 && !a.succeeded; ++k) {
      ran = 0;
      in_place([&](filch::thread_pool& pool) { a = call_once(v, pool, k); });
      REQUIRE(ran == 3 - a.untouched);
    }
    REQUIRE(a.succeeded);
  }
}

}  // namespace

TEST_CASE("each verb outside") {
  filch::thread_pool pool({.threads = 2, .on_unhandled_exception = ignore});
  try_all([&](auto call) {
    call(pool);
    pool.wait_idle();
  });
}

TEST_CASE("each verb in a task") {
  filch::thread_pool pool({.threads = 2, .on_unhandled_exception = ignore});
  try_all([&](auto call) {
    pool.spawn([&] { call(pool); }).join();
    pool.wait_idle();
  });
}

TEST_CASE("each verb in a guest") {
  filch::thread_pool pool({.threads = 2, .on_unhandled_exception = ignore});
  try_all([&](auto call) {
    pool.invoke([&] { call(pool); });
    pool.wait_idle();
  });
}

TEST_CASE("each verb outside of a pool that is full, in place") {
  try_all(
      [&](auto call) {
        filch::thread_pool pool({.threads = 1, .max_pending = 1, .on_full = filch::on_full::run_in_caller,
                                 .on_unhandled_exception = ignore});
        filch_test::blocker busy(pool);
        pool.execute([] {});
        call(pool);
        busy.open();
        pool.wait_idle();
      },
      false);
}
