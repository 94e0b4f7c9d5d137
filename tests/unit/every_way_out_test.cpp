// SPDX-License-Identifier: BSL-1.0
// However a task ends (run, thrown, cancelled, discarded, refused, claimed, in place): it is counted once in the
// shutdown report, by what became of its callable, and its permit of max_pending and its block are given back once.
#include <chrono>
#include <cstddef>
#include <exception>
#include <iterator>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "src/memory/block_cache.hpp"
#include "src/pool/pool_state.hpp"
#include "support/catch.hpp"
#include "support/full_house.hpp"
#include "support/world.hpp"

using filch_test::in_task;
using filch_test::world;

namespace {

using filch::on_full;
using filch::thread_pool;

/// The pool has one worker, so that it is known what runs when.
struct way {
  const char* name;
  void (*go)(world&);
};

const std::vector<way> ways = {
    {"executed",
     [](world& w) {
       for (int i = 0; i < 5; ++i) {
         w.attempt([&] { w.pool.execute(w.task()); });
       }
     }},
    {"thrown", [](world& w) { w.attempt([&] { w.pool.execute(w.task([] { throw 1; })); }); }},
    {"executed by a task",
     [](world& w) {
       w.attempt([&] { w.pool.execute(w.task([&] { w.attempt([&] { w.pool.execute(w.task()); }); })); });
     }},
    {"refused, or run in place, by a full pool",
     [](world& w) {
       w.block_worker();
       for (int i = 0; i < 6; ++i) {
         w.attempt([&] { w.pool.execute(w.task()); });
         w.attempt([&] { w.pool.spawn(w.task()).detach(); });
         w.accepted += w.pool.try_execute(w.task()) == filch::submit_status::accepted ? 1 : 0;
       }
       w.open_gate();
     }},
    {"in bulk, of which a full pool takes some",
     [](world& w) {
       w.block_worker();
       using task = decltype(w.task());
       std::vector<task> tasks;
       for (int i = 0; i < 5; ++i) {
         tasks.push_back(w.task());
       }
       w.accepted += w.pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end()));
       w.open_gate();
     }},
    {"joined outside",
     [](world& w) {
       auto handle = w.pool.spawn(w.task());
       ++w.accepted;
       handle.join();
     }},
    {"failed, and its handle dropped",
     [](world& w) {
       w.pool.spawn(w.task([] { throw 1; })).detach();
       ++w.accepted;
     }},
    {"joined by a task that spawned it",
     [](world& w) {
       in_task(
           w, [] {},
           [&w] {
             auto handle = w.pool.spawn(w.task());
             ++w.accepted;
             handle.join();
           });
     }},
    {"claimed by a task that joins it",
     [](world& w) {
       filch::join_handle<void> handle;
       in_task(
           w, [&] { w.attempt([&] { handle = w.pool.spawn(w.task()); }); }, [&] { handle.join(); });
     }},
    {"claimed, and its entry discarded",
     [](world& w) {
       filch::join_handle<void> handle;
       in_task(
           w, [&] { w.attempt([&] { handle = w.pool.spawn(w.task()); }); },
           [&] {
             handle.join();
             w.pool.shutdown(filch::shutdown_mode::discard);
           });
     }},
    {"cancelled",
     [](world& w) {
       w.block_worker();
       filch::join_handle<void> handle;
       w.attempt([&] { handle = w.pool.spawn(w.task()); });
       REQUIRE(handle.cancel());
       w.open_gate();
     }},
    {"cancelled, and its entry discarded",
     [](world& w) {
       filch::join_handle<void> handle;
       in_task(
           w, [&] { w.attempt([&] { handle = w.pool.spawn(w.task()); }); },
           [&] {
             static_cast<void>(handle.cancel());
             w.pool.shutdown(filch::shutdown_mode::discard);
           });
     }},
    {"run by a group outside",
     [](world& w) {
       filch::task_group group(w.pool);
       for (int i = 0; i < 5; ++i) {
         w.attempt([&] { group.run(w.task()); });
       }
       group.wait();
     }},
    {"run by a group in a task",
     [](world& w) {
       in_task(
           w, [] {},
           [&w] {
             filch::task_group group(w.pool);
             for (int i = 0; i < 5; ++i) {
               w.attempt([&] { group.run(w.task()); });
             }
             group.wait();
           });
     }},
    {"of a group in a task, cancelled",
     [](world& w) {
       in_task(
           w, [] {},
           [&w] {
             filch::task_group group(w.pool);
             for (int i = 0; i < 5; ++i) {
               w.attempt([&] { group.run(w.task()); });
             }
             group.cancel();
             group.wait();
           });
     }},
    {"of a group outside, cancelled",
     [](world& w) {
       w.block_worker();
       filch::task_group group(w.pool);
       for (int i = 0; i < 5; ++i) {
         w.attempt([&] { group.run(w.task()); });
       }
       group.cancel();
       w.open_gate();
       group.wait();
     }},
    {"of a group, claimed by its waiter, and the proxy discarded",
     [](world& w) {
       filch::task_group group(w.pool);
       in_task(
           w,
           [&] {
             w.attempt([&] { group.run(w.task()); });
             w.attempt([&] { group.run(w.task()); });
           },
           [&] {
             group.wait();
             w.pool.shutdown(filch::shutdown_mode::discard);
           });
     }},
    {"submitted to a pool that discards, and waited for",
     [](world& w) {
       in_task(
           w, [] {},
           [&w] {
             w.pool.shutdown(filch::shutdown_mode::discard);
             filch::task_group group(w.pool);
             w.attempt([&] { group.run(w.task()); });
             world::ignore_cancelled([&] { group.wait(); });
             auto handle = w.pool.spawn(w.task());
             ++w.accepted;
             world::ignore_cancelled([&] { handle.join(); });
             w.attempt([&] { w.pool.execute(w.task()); });
           });
     }},
    {"of a group, discarded by its waiter, and the proxy too",
     [](world& w) {
       filch::task_group group(w.pool);
       in_task(
           w, [&] { w.attempt([&] { group.run(w.task()); }); },
           [&] {
             w.pool.shutdown(filch::shutdown_mode::discard);
             world::ignore_cancelled([&] { group.wait(); });
           });
     }},
    {"discarded by a worker",
     [](world& w) {
       filch::task_group group(w.pool);
       in_task(
           w,
           [&] {
             w.attempt([&] { w.pool.execute(w.task()); });
             w.attempt([&] { w.pool.spawn(w.task()).detach(); });
             w.attempt([&] { group.run(w.task()); });
           },
           [&] { w.pool.shutdown(filch::shutdown_mode::discard); });
       world::ignore_cancelled([&] { group.wait(); });
     }},
    {"discarded by shutdown_for",
     [](world& w) {
       w.block_worker();
       w.attempt([&] { w.pool.execute(w.task()); });
       w.attempt([&] { w.pool.spawn(w.task()).detach(); });
       w.pool.shutdown_for(std::chrono::seconds(0));
       w.open_gate();
     }},
    {"submitted by a destructor that shutdown_for calls",
     [](world& w) {
       struct submits {
         world* w;
         explicit submits(world& to) : w(&to) {}
         submits(submits&& other) noexcept : w(std::exchange(other.w, nullptr)) {}
         submits(const submits&) = delete;
         submits& operator=(const submits&) = delete;
         submits& operator=(submits&&) = delete;
         ~submits() {
           if (w != nullptr) {
             w->attempt([&] { w->pool.execute(w->task()); });
             auto handle = w->pool.spawn(w->task());
             ++w->accepted;
             world::ignore_cancelled([&] { handle.join(); });
           }
         }
       };
       w.block_worker();
       w.attempt([&] { w.pool.execute(w.task([s = submits(w)] {})); });
       w.pool.shutdown_for(std::chrono::seconds(0));
       w.open_gate();
     }},
    {"called by invoke", [](world& w) { w.attempt([&] { w.pool.invoke(w.task()); }); }},
    {"in place, with all slots for guests taken",
     [](world& w) {
       w.block_worker();
       while (w.pool.try_execute(w.task()) == filch::submit_status::accepted && ++w.accepted < 4) {
       }
       {
         const filch_test::full_house guests(w.pool);
         w.accepted += filch_test::full_house::guests;
         w.called += filch_test::full_house::guests;
         w.attempt([&] { w.pool.execute(w.task()); });
         w.attempt([&] { w.pool.invoke(w.task()); });
       }
       w.open_gate();
     }},
};

// How many permits are left.
std::size_t count_permits(thread_pool& pool, std::size_t most) {
  std::size_t n = 0;
  while (n <= most && pool.state().bound().try_acquire()) {
    ++n;
  }
  for (std::size_t i = 0; i < n; ++i) {
    pool.state().bound().release();
  }
  return n;
}

void try_all_ways(std::size_t max_pending, on_full full) {
  for (const way& each : ways) {
    INFO(each.name << ", max_pending " << max_pending << ", on_full " << static_cast<int>(full));
    {
      world w(
          {.threads = 1, .max_pending = max_pending, .on_full = full, .on_unhandled_exception = [](std::exception_ptr) {
           }});
      each.go(w);
      const filch::shutdown_report report = w.pool.shutdown();
      CHECK(report.joined);
      CHECK(report.running == 0);
      CHECK(report.completed == w.called);
      CHECK(report.discarded == w.accepted - w.called);
      if (max_pending != 0) {
        CHECK(count_permits(w.pool, max_pending) == max_pending);
      }
    }
    CHECK(filch_test::alive == 0);
    const auto blocks = filch::detail::block_cache::take_census();
    CHECK(blocks.in_use == 0);
    CHECK(blocks.is_consistent);
  }
}

}  // namespace

TEST_CASE("each task is counted once and gives back what it took") { try_all_ways(0, on_full::block); }
TEST_CASE("the same in a pool that rejects when it is full") { try_all_ways(3, on_full::reject); }
TEST_CASE("the same in a pool whose submitters run what it has no room for") {
  try_all_ways(3, on_full::run_in_caller);
}
