// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>
#include <stdexcept>

#include "controlled/faults.hpp"
#include "scenario.hpp"

// What the library does only for many tasks at once, or where something rare happens.

namespace {

using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

// More than the first ring of a deque, or of a fifo, has room for.
constexpr int many = 300;

SCENARIO(more_tasks_of_a_task_than_a_ring_holds_all_run) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.execute([&] {
    for (int i = 0; i < many; ++i) {
      pool.execute(tasks.task());
    }
  });
  pool.wait_idle();
  tasks.check_all_ran();
  pool.trim();
  pool.execute(tasks.task());
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(more_outside_tasks_than_a_ring_holds_all_run_beside_trims) {
  ledger tasks;
  event go;
  thread_pool pool(workers(2));
  pool.execute([&] { go.wait(); });
  pool.execute([&] { go.wait(); });
  for (int i = 0; i < many; ++i) {
    pool.execute(tasks.task());
  }
  const thread trimmer([&] { pool.trim(); });
  go.set();
  pool.wait_idle();
  pool.trim();
  tasks.check_all_ran();
}

// The other worker has stolen once, and is busy from then on: its victim does without the fence again after a while.
SCENARIO(many_tasks_of_a_task_run_after_one_was_stolen) {
  ledger tasks;
  event stolen;
  event go;
  thread_pool pool(workers(2));
  pool.execute([&] {
    pool.execute([&] {
      stolen.set();
      go.wait();
    });
    stolen.wait();
    for (int i = 0; i < many; ++i) {
      pool.execute(tasks.task([&] {
        if (tasks.called() == many) {
          go.set();
        }
      }));
    }
  });
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_group_that_many_outside_tasks_join_ends) {
  ledger tasks;
  thread_pool pool(workers(1));
  task_group group(pool);
  for (int i = 0; i < 70; ++i) {
    group.run(tasks.task());
  }
  group.wait();
  tasks.check_all_ran();
}

SCENARIO(an_exception_of_a_task_goes_to_its_handle_or_to_the_hook) {
  int reported = 0;
  int thrown = 0;
  {
    filch::pool_options options = workers(1);
    options.on_unhandled_exception = [&](std::exception_ptr) { ++reported; };
    thread_pool pool(std::move(options));
    auto kept = pool.spawn([] { throw std::runtime_error("kept"); });
    { auto dropped = pool.spawn([] { throw std::runtime_error("dropped"); }); }
    try {
      kept.join();
    } catch (const std::runtime_error&) {
      ++thrown;
    }
  }
  check(thrown == 1 && reported == 1, "each exception comes to one place");
}

SCENARIO(exceptions_of_both_sides_of_a_fork_come_to_one_place_each) {
  int reported = 0;
  bool thrown = false;
  {
    filch::pool_options options = workers(2);
    options.on_unhandled_exception = [&](std::exception_ptr) { ++reported; };
    thread_pool pool(std::move(options));
    auto handle = pool.spawn(
        [] { filch::fork_join([] { throw std::runtime_error("left"); }, [] { throw std::runtime_error("right"); }); });
    try {
      handle.join();
    } catch (const std::runtime_error&) {
      thrown = true;
    }
  }
  check(thrown && reported == 1, "one is thrown, the other one is reported");
}

SCENARIO(nested_forks_without_barriers_are_joined) {
  controlled::faults().has_barrier = false;
  ledger sides;
  thread_pool pool(workers(2));
  pool.spawn([&] {
        filch::fork_join([&] { filch::fork_join([&] { filch::fork_join(sides.task(), sides.task()); }, sides.task()); },
                         sides.task());
      })
      .join();
  sides.check_all_ran();
}

SCENARIO(a_task_may_destroy_the_pool_of_its_submitter_without_barriers) {
  controlled::faults().has_barrier = false;
  auto* const pool = new thread_pool(workers(1));
  pool->execute([pool] { delete pool; });
}

SCENARIO(workers_that_search_for_a_while_find_tasks_or_sleep) {
  ledger tasks;
  filch::pool_options options = workers(2);
  options.idle = {std::chrono::microseconds(60)};
  thread_pool pool(std::move(options));
  for (int i = 0; i < 3; ++i) {
    pool.execute(tasks.task([&] { pool.execute(tasks.task()); }));
  }
  pool.wait_idle();
  pool.set_idle_policy(filch::idle_policy::frugal());
  pool.execute(tasks.task());
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_task_knows_its_pool_and_its_place) {
  thread_pool pool(workers(1));
  pool.spawn([&] { check(filch::this_worker::pool() == &pool && filch::this_worker::index() == 0U, "the worker's"); })
      .join();
  pool.invoke([&] { check(filch::this_worker::pool() == &pool && *filch::this_worker::index() > 0, "the guest's"); });
  check(filch::this_worker::pool() == nullptr && !filch::this_worker::index(), "an outside thread has none");
}

}  // namespace
