// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>

#include "controlled/faults.hpp"
#include "scenario.hpp"

// How pools begin and end, and what may go on beside that.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

SCENARIO(two_threads_shut_a_pool_down) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.execute(tasks.task());
  const thread other([&] { check(pool.shutdown().joined, "the workers have ended"); });
  check(pool.shutdown().joined, "the workers have ended");
  tasks.check_all_ran();
}

SCENARIO(a_drain_and_a_discard_at_once_leave_nothing) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { pool.execute(tasks.task()); }));
  pool.execute(tasks.task());
  const thread other([&] { pool.shutdown(filch::shutdown_mode::discard); });
  pool.shutdown();
  const filch::shutdown_report report = pool.shutdown();
  check(report.completed + report.discarded == tasks.made() && report.running == 0,
        "the report counts every task once");
  check(report.completed == tasks.called(), "the report counts what ran");
  tasks.check_none_left();
}

SCENARIO(wait_idle_after_a_shutdown_returns) {
  thread_pool pool(workers(2));
  pool.execute([] {});
  pool.shutdown();
  pool.wait_idle();
}

SCENARIO(wait_idle_beside_a_shutdown_returns) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.execute(tasks.task());
  const thread other([&] { pool.wait_idle(); });
  pool.shutdown();
}

SCENARIO(a_first_guest_beside_a_shutdown_is_let_in_or_refused) {
  thread_pool pool(workers(1));
  bool ran = false;
  bool refused = false;
  {
    const thread guest([&] {
      try {
        pool.invoke([&] { ran = true; });
      } catch (const filch::pool_closed&) {
        refused = true;
      }
    });
    check(pool.shutdown().joined, "the workers have ended");
  }
  check(ran != refused, "the call ran or was refused");
}

SCENARIO(a_first_guest_beside_a_shutdown_of_an_idle_pool) {
  filch::pool_options options = workers(1);
  options.max_spares = 0;
  thread_pool pool(std::move(options));
  pool.wait_idle();
  const thread guest([&] {
    try {
      pool.invoke([] {});
    } catch (const filch::pool_closed&) {
    }
  });
  pool.shutdown();
}

SCENARIO(shutdown_for_ends_at_its_limit_while_a_task_runs) {
  using namespace std::chrono_literals;
  event go;
  ledger tasks;
  thread_pool pool(workers(1));
  pool.execute(tasks.task([&] { go.wait(); }));
  pool.execute(tasks.task());
  const filch::shutdown_report report = pool.shutdown_for(1ms);
  // A task that a worker has just taken counts when it starts.
  check(report.running <= 1 && report.running + report.completed + report.discarded <= tasks.made(),
        "the report counts no task twice");
  go.set();
  const filch::shutdown_report end = pool.shutdown();
  check(end.joined && end.running == 0 && end.completed + end.discarded == tasks.made(),
        "in the end every task is counted once");
}

SCENARIO(a_pool_may_be_destroyed_by_its_own_task) {
  static ledger tasks;  // the pool outlives this function
  tasks = ledger();
  event gone;
  auto* const pool = new thread_pool(workers(2));
  pool->execute(tasks.task());
  pool->execute(tasks.task([&, pool] {
    pool->execute(tasks.task());
    delete pool;
    gone.set();
  }));
  gone.wait();
}

SCENARIO(a_pool_may_be_destroyed_by_its_guest) {
  auto* const pool = new thread_pool(workers(1));
  pool->invoke([pool] { delete pool; });
}

SCENARIO(a_task_may_shut_its_pool_down) {
  ledger tasks;
  thread_pool pool(workers(2));
  pool.execute(tasks.task([&] {
    check(!pool.shutdown().joined, "a task does not wait for its own end");
    pool.execute(tasks.task());
  }));
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(trim_beside_tasks_and_a_shutdown) {
  ledger tasks;
  thread_pool pool(workers(1));
  const thread other([&] { pool.trim(); });
  pool.execute(tasks.task());
  pool.shutdown();
  pool.trim();
  tasks.check_all_ran();
}

SCENARIO(hooks_may_use_the_pool) {
  ledger tasks;
  event made;
  thread_pool* pool = nullptr;
  filch::pool_options options = workers(2);
  options.on_thread_start = [&](std::size_t) {
    made.wait();
    pool->execute(tasks.task());
  };
  options.on_thread_stop = [&](std::size_t) {
    pool->execute(tasks.task());
    pool->spawn(tasks.task()).join();
  };
  {
    thread_pool p(std::move(options));
    pool = &p;
    made.set();
    p.execute(tasks.task());
    p.shutdown();
  }
  tasks.check_all_ran();
}

SCENARIO(a_waiter_lends_its_core_though_no_spare_can_start) {
  ledger tasks;
  filch::pool_options options = workers(1);
  thread_pool pool(std::move(options));
  controlled::faults().threads_left = 1;
  pool.spawn([&] {
        auto first = pool.spawn(tasks.task());
        auto second = pool.spawn(tasks.task());
        first.join();
        second.join();
      }).join();
  tasks.check_all_ran();
}

SCENARIO(a_spare_makes_way_for_the_waiter_that_goes_on) {
  event entered;
  event go;
  ledger tasks;
  thread_pool pool(workers(1));
  const thread guest([&] {
    pool.invoke([&] {
      filch::task_group group;
      group.run(tasks.task());
      group.wait();
    });
  });
  pool.spawn([&] {
        auto inner = pool.spawn(tasks.task());
        inner.join();
      }).join();
}

SCENARIO(two_guests_fork_at_once) {
  ledger tasks;
  thread_pool pool(workers(1));
  const auto fork = [&] { pool.invoke([&] { filch::fork_join(tasks.task(), tasks.task()); }); };
  const auto fork_twice = [&] {
    fork();
    fork();  // in a place that was used before
  };
  {
    const thread other(fork_twice);
    fork_twice();
  }
  tasks.check_all_ran();
}

SCENARIO(what_a_guest_leaves_behind_is_run) {
  ledger tasks;
  thread_pool pool(workers(1));
  pool.invoke([&] { pool.execute(tasks.task()); });
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_thread_ends_after_it_has_used_a_pool) {
  ledger tasks;
  thread_pool pool(workers(1));
  { const thread one([&] { pool.spawn(tasks.task()).join(); }); }
  const thread two([&] { pool.spawn(tasks.task()).join(); });
}

SCENARIO(a_shutdown_by_the_unhandled_exception_hook_does_not_hang) {
  thread_pool* pool = nullptr;
  event made;
  filch::pool_options options = workers(1);
  options.on_unhandled_exception = [&](std::exception_ptr) {
    made.wait();
    static_cast<void>(pool->shutdown());
  };
  thread_pool p(std::move(options));
  pool = &p;
  made.set();
  p.execute([] { throw 1; });
  p.wait_idle();
}

}  // namespace
