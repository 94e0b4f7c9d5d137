// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/scope.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>
#include <optional>

#include "scenario.hpp"

// Who waits for whom, in one pool.

namespace {

using filch::join_handle;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

SCENARIO(an_outside_thread_joins_a_task) {
  ledger tasks;
  thread_pool pool(workers(1));
  auto handle = pool.spawn(tasks.task());
  handle.join();
  tasks.check_all_ran();
}

SCENARIO(tasks_join_tasks_in_a_pool_of_one) {
  thread_pool pool(workers(1));
  check(pool.spawn([&] {
              return pool.spawn([&] { return pool.spawn([] { return 1; }).join() + 1; }).join() + 1;
            }).join() == 3,
        "the sum");
}

SCENARIO(a_join_against_a_cancel_has_one_winner) {
  ledger tasks;
  thread_pool pool(workers(1));
  auto handle = pool.spawn(tasks.task());
  const bool cancelled = handle.cancel();
  bool thrown = false;
  try {
    handle.join();
  } catch (const filch::task_cancelled&) {
    thrown = true;
  }
  check(thrown == cancelled, "a join throws task_cancelled just if the cancel won");
  check(tasks.called() == (cancelled ? 0U : 1U), "it ran just if the cancel lost");
  check(tasks.destroyed() == 1, "its callable is destroyed");
}

SCENARIO(is_finished_may_be_asked_beside_a_join) {
  thread_pool pool(workers(1));
  auto handle = pool.spawn([] {});
  event asked;
  const thread other([&] {
    static_cast<void>(handle.is_finished());
    asked.set();
  });
  handle.wait();
  asked.wait();
  handle.join();
}

SCENARIO(a_handle_may_outlive_its_pool) {
  std::optional<join_handle<int>> handle;
  {
    thread_pool pool(workers(1));
    handle.emplace(pool.spawn([] { return 7; }));
  }
  check(handle->join() == 7, "the result is kept");
}

SCENARIO(a_handle_dropped_beside_its_task_frees_it_once) {
  ledger tasks;
  {
    thread_pool pool(workers(1));
    static_cast<void>(pool.spawn(tasks.task()));
    static_cast<void>(pool.spawn(tasks.task()));
  }
  tasks.check_all_ran();
}

SCENARIO(a_task_polls_another_with_timed_waits) {
  using namespace std::chrono_literals;
  thread_pool pool(workers(1));
  pool.spawn([&] {
        auto inner = pool.spawn([] { return 1; });
        int rounds = 0;
        while (!inner.wait_for(10ms)) {
          check(++rounds < 100, "the awaited task starts while its waiter polls");
        }
      }).join();
}

SCENARIO(all_workers_poll_with_timed_waits) {
  using namespace std::chrono_literals;
  thread_pool pool(workers(2));
  const auto poll = [&] {
    auto inner = pool.spawn([] { return 1; });
    int rounds = 0;
    while (!inner.wait_for(10ms)) {
      check(++rounds < 100, "the awaited task starts while its waiter polls");
    }
  };
  auto first = pool.spawn(poll);
  auto second = pool.spawn(poll);
  first.join();
  second.join();
}

SCENARIO(a_timed_wait_outside_sees_the_end_or_the_deadline) {
  using namespace std::chrono_literals;
  thread_pool pool(workers(1));
  auto handle = pool.spawn([] { return 3; });
  static_cast<void>(handle.wait_for(1ms));
  check(handle.join() == 3, "a wait that timed out leaves the task as it was");
}

SCENARIO(a_waiter_lends_its_core_to_a_task_from_outside) {
  event entered;
  event go;
  thread_pool pool(workers(1));
  auto outer = pool.spawn([&] {
    auto inner = pool.spawn([&] {
      entered.set();
      go.wait();
    });
    inner.join();
  });
  // Either this task runs on a spare while the two wait, or after them; `go` comes from outside in any case.
  pool.execute([] {});
  go.set();
  outer.join();
}

SCENARIO(a_wait_for_what_another_worker_runs_lends_the_core) {
  event started;
  event go;
  thread_pool pool(workers(1));
  join_handle<void> slow;
  const thread helper([&] {
    // A guest runs it, so the worker below cannot claim it.
    pool.invoke([&] {
      started.set();
      go.wait();
    });
  });
  started.wait();
  auto first = pool.spawn([&] {
    auto second = pool.spawn([&] { go.set(); });
    second.join();
  });
  first.join();
}

SCENARIO(two_waits_for_idleness_beside_tasks_both_end) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { pool.execute(tasks.task()); }));
  const thread other([&] { pool.wait_idle(); });
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(idleness_is_not_reported_while_a_task_is_handed_on) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.execute(tasks.task([&] {
    pool.execute(tasks.task());
    pool.execute(tasks.task());
  }));
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(both_sides_of_a_stolen_fork_end_before_the_join) {
  thread_pool pool(workers(2));
  int left = 0;
  int right = 0;
  pool.spawn([&] { filch::fork_join([&] { ++left; }, [&] { filch::fork_join([&] { ++right; }, [&] { ++left; }); }); })
      .join();
  check(left == 2 && right == 1, "all sides ran");
}

SCENARIO(the_two_sides_of_a_fork_can_run_at_once_when_a_worker_comes_free) {
  thread_pool pool(workers(2));
  ledger tasks;
  pool.execute(tasks.task());
  pool.spawn([&] { filch::fork_join(tasks.task(), tasks.task()); }).join();
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_long_chain_of_joins_nests_a_few_frames_only) {
  thread_pool pool(workers(1));
  constexpr int links = 200;
  int depth = 0;
  int deepest = 0;
  const int end = pool.spawn([&] {
                        auto previous = pool.spawn([] { return 0; });
                        for (int i = 1; i < links; ++i) {
                          previous = pool.spawn([&, before = std::move(previous)]() mutable {
                            deepest = std::max(deepest, ++depth);
                            const int value = before.join() + 1;
                            --depth;
                            return value;
                          });
                        }
                        return previous.join();
                      }).join();
  check(end == links - 1, "the sum");
  check(deepest < 150, "claims do not nest without a bound");
}

}  // namespace
