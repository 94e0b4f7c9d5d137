// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <utility>

#include "controlled/faults.hpp"
#include "scenario.hpp"

// Waits that need a spare to end, and pools that have none, or whose system refuses one at first.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

filch::pool_options without_spares(std::size_t n) {
  filch::pool_options options = workers(n);
  options.max_spares = 0;
  return options;
}

// One worker is in a task that only a third task ends; the other waits for it.
SCENARIO(a_waiter_asks_again_for_a_spare_that_was_refused) {
  event started;
  event waits;
  event go;
  thread_pool pool(workers(2));
  auto slow = pool.spawn([&] {
    started.set();
    go.wait();
  });
  started.wait();
  controlled::faults().threads_left = 1;
  auto waiter = pool.spawn([&] {
    waits.set();
    slow.join();
  });
  waits.wait();
  pool.execute([&] { go.set(); });
  waiter.join();
}

SCENARIO(a_waiter_for_another_pool_asks_again_for_a_spare_that_was_refused) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  controlled::faults().threads_left = 1;
  check(a.spawn([&] { return b.spawn([&] { return a.spawn([] { return 42; }).join(); }).join(); }).join() == 42,
        "the result");
}

SCENARIO(a_wait_for_idleness_of_another_pool_asks_again_for_a_spare_that_was_refused) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  controlled::faults().threads_left = 1;
  int result = 0;
  a.spawn([&] {
     b.execute([&] { result = a.spawn([] { return 42; }).join(); });
     b.wait_idle();
   }).join();
  check(result == 42, "the result");
}

SCENARIO(a_shutdown_of_another_pool_asks_again_for_a_spare_that_was_refused) {
  thread_pool a(workers(1));
  int result = 0;
  a.spawn([&] {
     thread_pool b(workers(1));
     controlled::faults().threads_left = 1;
     b.execute([&] { result = a.spawn([] { return 42; }).join(); });
     b.shutdown();
   }).join();
  check(result == 42, "the result");
}

SCENARIO(a_long_chain_of_joins_ends_without_spares) {
  thread_pool pool(without_spares(1));
  constexpr int links = 100;
  const int end = pool.spawn([&] {
                        auto previous = pool.spawn([] { return 0; });
                        for (int i = 1; i < links; ++i) {
                          previous = pool.spawn([before = std::move(previous)]() mutable { return before.join() + 1; });
                        }
                        return previous.join();
                      }).join();
  check(end == links - 1, "the sum");
}

// The waiter has to take the task itself, whenever it is offered.
SCENARIO(an_outside_thread_runs_tasks_of_a_group_that_waits_without_spares) {
  ledger tasks;
  thread_pool pool(without_spares(1));
  event made;
  event added;
  filch::task_group* shared = nullptr;
  const thread other([&] {
    made.wait();
    shared->run(tasks.task());
    shared->run(tasks.task());
    added.set();
  });
  pool.spawn([&] {
        filch::task_group group;
        shared = &group;
        made.set();
        group.wait();
        added.wait();
        group.wait();
        tasks.check_all_ran();
      }).join();
}

SCENARIO(a_task_waits_in_a_visit_for_a_task_that_its_own_pool_must_run) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  const int sum = a.spawn([&] {
                     return b.invoke([&] { return b.spawn([&] { return a.spawn([] { return 42; }).join(); }).join(); });
                   }).join();
  check(sum == 42, "the result");
}

}  // namespace
