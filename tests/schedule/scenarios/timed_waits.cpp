// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>

#include "scenario.hpp"

// Waits with a limit, beside what they wait for.

namespace {

using namespace std::chrono_literals;
using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

SCENARIO(a_task_polls_its_group_with_timed_waits) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.spawn([&] {
        task_group group(pool);
        group.run(tasks.task());
        group.run(tasks.task());
        int rounds = 0;
        while (!group.wait_for(10ms)) {
          check(++rounds < 100, "the group's tasks start while their waiter polls");
        }
        check(tasks.destroyed() == 2, "all have ended");
      }).join();
}

SCENARIO(a_timed_wait_for_a_group_beside_its_last_task_sees_the_end_once) {
  ledger tasks;
  thread_pool pool(workers(1));
  task_group group(pool);
  group.run(tasks.task());
  if (group.wait_for(1us)) {
    check(tasks.destroyed() == 1, "the task has ended");
  }
  group.run(tasks.task());
  if (group.wait_for(10us)) {
    check(tasks.destroyed() == 2, "both have ended");
  }
  group.wait();
  tasks.check_all_ran();
}

SCENARIO(a_group_may_be_destroyed_after_a_timed_wait) {
  ledger tasks;
  thread_pool pool(workers(2));
  {
    task_group group(pool);
    group.run(tasks.task([&] { group.run(tasks.task()); }));
    static_cast<void>(group.wait_for(5us));
  }
  tasks.check_all_ran();
}

SCENARIO(a_timed_wait_for_a_group_that_another_thread_owns) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.spawn([&] {
        task_group group(pool);
        group.run(tasks.task());
        const thread other([&] {
          if (group.wait_for(5us)) {
            check(tasks.destroyed() >= 1, "the first has ended");
          }
        });
        group.run(tasks.task());
      }).join();
  tasks.check_all_ran();
}

SCENARIO(a_timed_wait_for_idleness_beside_tasks) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { pool.execute(tasks.task()); }));
  if (pool.wait_idle_for(5us)) {
    check(tasks.destroyed() == 2, "both have ended");
  }
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(two_pools_wait_for_each_other_with_limits) {
  thread_pool first(workers(1));
  thread_pool second(workers(1));
  first.spawn([&] {
         second.execute([&] { first.spawn([] {}).join(); });
         int rounds = 0;
         while (!second.wait_idle_for(10ms)) {
           check(++rounds < 100, "the other pool's task goes on while its waiter polls");
         }
       }).join();
}

}  // namespace
