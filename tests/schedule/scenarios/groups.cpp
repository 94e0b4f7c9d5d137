// SPDX-License-Identifier: BSL-1.0
#include <filch/scope.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <optional>
#include <stdexcept>

#include "scenario.hpp"

// Groups: run, wait, cancel and destruction, from several threads.

namespace {

using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

SCENARIO(a_group_of_an_outside_thread_waits_for_its_tasks) {
  ledger tasks;
  thread_pool pool(workers(1));
  task_group group(pool);
  group.run(tasks.task());
  group.run(tasks.task());
  group.wait();
  tasks.check_all_ran();
}

SCENARIO(a_group_of_a_task_waits_for_its_tasks) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.spawn([&] {
        task_group group;
        for (int i = 0; i < 3; ++i) {
          group.run(tasks.task());
        }
        group.wait();
        tasks.check_all_ran();
      }).join();
}

SCENARIO(a_group_is_used_again_after_its_wait) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.spawn([&] {
        task_group group;
        group.run(tasks.task());
        group.wait();
        group.run(tasks.task());
        group.wait();
        tasks.check_all_ran();
      }).join();
}

SCENARIO(a_group_is_destroyed_after_all_its_tasks_have_ended) {
  thread_pool pool(workers(1));
  bool ended = false;
  {
    task_group group(pool);
    event waited;
    {
      const thread waiter([&] {
        group.wait();
        waited.set();
      });
      group.run([&] {
        schedule::yield();
        ended = true;
      });
      waited.wait();
    }
  }
  check(ended, "the destructor waits for a task that was run beside the end of another thread's wait");
}

SCENARIO(a_group_that_nobody_waits_for_is_destroyed_after_its_tasks) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.spawn([&] {
        {
          task_group group;
          group.run(tasks.task());
          group.run(tasks.task());
        }
        tasks.check_all_ran();
      }).join();
}

SCENARIO(a_task_of_a_group_runs_more_of_it) {
  ledger tasks;
  thread_pool pool(workers(2));
  {
    task_group group(pool);
    group.run(tasks.task([&] { group.run(tasks.task([&] { group.run(tasks.task()); })); }));
  }
  tasks.check_all_ran();
}

SCENARIO(an_outside_thread_runs_tasks_of_a_group_of_a_task) {
  ledger tasks;
  thread_pool pool(workers(1));
  event made;
  event added;
  task_group* shared = nullptr;
  const thread other([&] {
    made.wait();
    shared->run(tasks.task());
    added.set();
  });
  pool.spawn([&] {
        task_group group;
        shared = &group;
        made.set();
        group.run(tasks.task());
        added.wait();
        group.wait();
        tasks.check_all_ran();
      }).join();
}

SCENARIO(another_thread_waits_for_a_group_of_a_task) {
  ledger tasks;
  thread_pool pool(workers(2));
  event made;
  event waited;
  task_group* shared = nullptr;
  const thread other([&] {
    made.wait();
    shared->wait();
    tasks.check_all_ran();
    waited.set();
  });
  pool.spawn([&] {
        task_group group;
        shared = &group;
        group.run(tasks.task());
        group.run(tasks.task());
        made.set();
        waited.wait();
      }).join();
}

SCENARIO(a_cancel_beside_tasks_leaves_none_behind) {
  ledger tasks;
  thread_pool pool(workers(1));
  task_group group(pool);
  const thread other([&] { group.cancel(); });
  group.run(tasks.task());
  group.run(tasks.task());
  group.wait();
  tasks.check_none_left();
}

SCENARIO(a_cancel_ends_with_the_wait) {
  ledger before;
  ledger after;
  thread_pool pool(workers(1));
  task_group group(pool);
  group.run(before.task());
  group.cancel();
  group.wait();
  before.check_none_left();
  check(!group.get_stop_token().stop_requested(), "the next round is not asked to stop");
  group.run(after.task());
  group.wait();
  after.check_all_ran();
}

SCENARIO(a_refused_second_wait_may_leave_the_scope_of_the_group) {
  thread_pool pool(workers(1));
  bool ended = false;
  event go;
  std::optional<thread> first;
  try {
    task_group group(pool);
    group.run([&] {
      go.wait();
      ended = true;
    });
    first.emplace([&] {
      try {
        group.wait();
      } catch (const filch::usage_error&) {
      }
    });
    thread opener([&] { go.set(); });
    group.wait();
    first->join();
  } catch (const filch::usage_error&) {
  }
  check(ended, "the destructor waits");
}

SCENARIO(an_exception_of_a_task_reaches_the_wait_and_all_are_kept) {
  thread_pool pool(workers(2));
  task_group group(pool);
  group.run([] { throw std::runtime_error("one"); });
  group.run([] { throw std::runtime_error("two"); });
  bool thrown = false;
  try {
    group.wait();
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  check(thrown && group.exceptions().size() == 2, "one is thrown, two are kept");
}

SCENARIO(a_group_may_outlive_its_pool) {
  std::size_t reported = 0;
  std::optional<task_group> group;
  {
    filch::pool_options options = workers(1);
    options.on_unhandled_exception = [&](std::exception_ptr) { ++reported; };
    thread_pool pool(std::move(options));
    group.emplace(pool);
    group->run([] { throw std::runtime_error("one"); });
    group->run([] { throw std::runtime_error("two"); });
    try {
      group->wait();
    } catch (const std::runtime_error&) {
    }
  }
  group.reset();
  check(reported == 1, "what nobody fetched is reported");
}

SCENARIO(a_discarding_shutdown_ends_the_wait_of_a_group) {
  ledger tasks;
  thread_pool pool(workers(1));
  event waiting;
  const thread waiter([&] {
    task_group group(pool);
    bool told = false;
    try {
      group.run(tasks.task());
      group.run(tasks.task());
      group.wait();
    } catch (const filch::task_cancelled&) {
      told = true;
    } catch (const filch::pool_closed&) {
      told = true;
    }
    waiting.set();
    static_cast<void>(told);
  });
  pool.shutdown(filch::shutdown_mode::discard);
  waiting.wait();
}

SCENARIO(a_scope_in_a_task_of_a_group_ends) {
  ledger tasks;
  thread_pool pool(workers(2));
  filch::scope(pool, [&](task_group& outer) {
    outer.run([&] {
      filch::scope([&](task_group& inner) {
        inner.run(tasks.task());
        inner.run(tasks.task());
      });
    });
  });
  tasks.check_all_ran();
}

}  // namespace
