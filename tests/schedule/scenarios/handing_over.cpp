// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "scenario.hpp"

// Who still touches what it has handed over, and what somebody leaves to others.

namespace {

using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::meeting;
using schedule::thread;
using schedule::workers;

SCENARIO(three_tasks_of_one_submitter_can_meet) {
  meeting all(3);
  thread_pool pool(workers(3));
  for (int i = 0; i < 3; ++i) {
    pool.execute([&] { all.arrive_and_wait(); });
  }
}

// The submitter's tasks all lie with one worker. The other never runs dry.
SCENARIO(an_outside_task_that_lies_with_a_worker_in_a_long_one_starts) {
  struct poller {
    thread_pool* pool;
    event* ran;
    int* rounds;
    void operator()() const {
      check(++*rounds < 1000, "an accepted task runs although one worker is in a long task and the other one is busy");
      if (!ran->is_set()) {
        pool->execute(poller{*this});
      }
    }
  };
  event started;
  event ran;
  int rounds = 0;
  thread_pool pool(workers(2));
  pool.execute([&] {
    started.set();
    ran.wait();
  });
  started.wait();
  pool.execute(poller{&pool, &ran, &rounds});
  pool.execute([&] { ran.set(); });
  pool.wait_idle();
}

SCENARIO(a_guest_beside_a_shutdown_gets_its_child_run_or_is_refused) {
  ledger tasks;
  thread_pool pool(workers(1));
  {
    const thread guest([&] {
      try {
        pool.invoke([&] { pool.execute(tasks.task()); });
      } catch (const filch::pool_closed&) {
      }
    });
    pool.shutdown();
  }
  tasks.check_all_ran();
}

SCENARIO(a_group_outlives_the_visit_of_the_guest_that_filled_it) {
  ledger tasks;
  thread_pool pool(workers(1));
  std::optional<task_group> group;
  pool.invoke([&] {
    group.emplace(pool);
    group->run(tasks.task());
    group->run(tasks.task());
  });
  pool.invoke([&] {
    task_group another(pool);
    another.run(tasks.task());
    another.wait();
  });
  group->wait();
  tasks.check_all_ran();
}

SCENARIO(a_task_of_a_group_may_end_the_group_of_its_submitter) {
  event ran;
  thread_pool pool(workers(1));
  auto group = std::make_unique<task_group>(pool);
  const thread submitter([&group = *group, &ran] { group.run([&ran] { ran.set(); }); });
  ran.wait();
  group.reset();
}

SCENARIO(a_waiter_for_a_group_is_told_that_its_task_was_discarded) {
  ledger tasks;
  thread_pool pool(workers(1));
  const thread closer([&] { pool.shutdown(filch::shutdown_mode::discard); });
  bool told = false;
  bool refused = false;
  task_group group(pool);
  try {
    group.run(tasks.task());
    group.wait();
  } catch (const filch::task_cancelled&) {
    told = true;
  } catch (const filch::pool_closed&) {
    refused = true;
  }
  check(refused || told == (tasks.called() == 0), "the wait throws just if the task did not run");
}

// Whoever discards a task is inside of the pool, as whoever runs one is.
SCENARIO(a_discarded_task_may_submit_to_its_pool) {
  struct submits_at_its_end {
    explicit submits_at_its_end(thread_pool& p, ledger& t) : pool(&p), tasks(&t) {}
    submits_at_its_end(submits_at_its_end&& other) noexcept
        : pool(std::exchange(other.pool, nullptr)), tasks(other.tasks) {}
    submits_at_its_end(const submits_at_its_end&) = delete;
    submits_at_its_end& operator=(const submits_at_its_end&) = delete;
    ~submits_at_its_end() {
      if (pool != nullptr) {
        check(pool->try_execute(tasks->task()) == filch::submit_status::accepted, "work from inside is accepted");
      }
    }
    void operator()() const {}
    thread_pool* pool;
    ledger* tasks;
  };
  ledger tasks;
  {
    thread_pool pool(workers(1));
    pool.execute(submits_at_its_end(pool, tasks));
    pool.execute(submits_at_its_end(pool, tasks));
    static_cast<void>(pool.shutdown_for(std::chrono::seconds(0)));
  }
  tasks.check_none_left();
}

}  // namespace
