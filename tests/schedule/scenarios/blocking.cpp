// SPDX-License-Identifier: BSL-1.0
#include <filch/blocking.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include "scenario.hpp"

// Tasks that block on something else than filch, and say so.

namespace {

using filch::blocking;
using filch::blocking_region;
using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

SCENARIO(a_blocked_task_lets_the_task_run_that_it_waits_for) {
  ledger tasks;
  thread_pool pool(workers(1));
  event done;
  pool.execute(tasks.task([&] {
    pool.execute(tasks.task([&] { done.set(); }));
    blocking([&] { done.wait(); });
  }));
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_blocked_task_lets_tasks_from_outside_run) {
  ledger tasks;
  event done;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { blocking([&] { done.wait(); }); }));
  pool.execute(tasks.task([&] { done.set(); }));
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_wait_for_idleness_is_also_for_what_a_spare_runs) {
  ledger tasks;
  event started;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { blocking([&] { started.wait(); }); }));
  pool.execute(tasks.task([&] {
    started.set();
    for (int turns = 0; turns < 10; ++turns) {
      schedule::yield();
    }
  }));
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(blocking_regions_nest_and_what_is_submitted_in_them_runs) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.spawn([&] {
        event first;
        event second;
        task_group group(pool);
        const blocking_region outer;
        pool.execute(tasks.task([&] { first.set(); }));
        first.wait();
        group.run(tasks.task([&] { second.set(); }));
        blocking([&] { second.wait(); });
        pool.spawn(tasks.task()).join();
        group.wait();
      }).join();
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_guest_blocks_for_its_groups_task_in_a_pool_of_one) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.invoke([&] {
    event done;
    task_group group(pool);
    group.run(tasks.task([&] { done.set(); }));
    blocking([&] { done.wait(); });
    group.wait();
  });
  tasks.check_all_ran();
}

SCENARIO(a_thread_inside_of_two_pools_blocks_for_tasks_of_both) {
  ledger tasks;
  thread_pool first(workers(1));
  thread_pool second(workers(1));
  first.spawn([&] {
         second.invoke([&] {
           event in_first;
           event in_second;
           first.execute(tasks.task([&] { in_first.set(); }));
           second.execute(tasks.task([&] { in_second.set(); }));
           blocking([&] {
             in_first.wait();
             in_second.wait();
           });
         });
       }).join();
  first.wait_idle();
  second.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_shutdown_beside_a_blocked_task_runs_what_that_waits_for) {
  ledger tasks;
  event done;
  event submitted;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] {
    pool.execute(tasks.task([&] { done.set(); }));
    submitted.set();
    blocking([&] { done.wait(); });
  }));
  submitted.wait();
  check(pool.shutdown().joined, "a shutdown from outside joins");
  tasks.check_all_ran();
}

SCENARIO(blocked_tasks_beyond_the_spares_wait_for_each_other_in_turn) {
  ledger tasks;
  filch::pool_options options = workers(1);
  options.max_spares = 1;
  event go;
  thread_pool pool(options);
  for (int i = 0; i < 3; ++i) {
    pool.execute(tasks.task([&] { blocking([&] { go.wait(); }); }));
  }
  go.set();
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_task_in_place_blocks_for_what_the_pool_has_to_do) {
  ledger tasks;
  filch::pool_options options = workers(1);
  options.max_pending = 1;
  options.on_full = filch::on_full::run_in_caller;
  thread_pool pool(options);
  for (int i = 0; i < 3; ++i) {
    pool.execute(tasks.task([&] {
      event done;
      pool.execute(tasks.task([&] { done.set(); }));
      blocking([&] { done.wait(); });
    }));
  }
  pool.wait_idle();
  tasks.check_all_ran();
}

}  // namespace
