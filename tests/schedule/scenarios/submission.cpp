// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <memory>
#include <vector>

#include "scenario.hpp"

// Who submits, against who takes, closes and destroys.

namespace {

using filch::submit_status;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::meeting;
using schedule::thread;
using schedule::workers;

filch::pool_options bounded(std::size_t n, std::size_t max_pending, filch::on_full on_full) {
  filch::pool_options options = workers(n);
  options.max_pending = max_pending;
  options.on_full = on_full;
  return options;
}

SCENARIO(tasks_of_two_submitters_all_run) {
  ledger tasks;
  {
    thread_pool pool(workers(1));
    const thread other([&] {
      for (int i = 0; i < 3; ++i) {
        pool.execute(tasks.task());
      }
    });
    for (int i = 0; i < 3; ++i) {
      pool.execute(tasks.task());
    }
  }
  tasks.check_all_ran();
}

SCENARIO(two_tasks_from_outside_can_meet) {
  meeting both(2);
  thread_pool pool(workers(2));
  const thread other([&] { pool.execute([&] { both.arrive_and_wait(); }); });
  pool.execute([&] { both.arrive_and_wait(); });
}

SCENARIO(two_tasks_of_one_submitter_can_meet) {
  meeting both(2);
  thread_pool pool(workers(2));
  pool.execute([&] { both.arrive_and_wait(); });
  pool.execute([&] { both.arrive_and_wait(); });
}

SCENARIO(a_task_can_meet_its_child) {
  meeting both(2);
  thread_pool pool(workers(2));
  pool.execute([&] {
    pool.execute([&] { both.arrive_and_wait(); });
    both.arrive_and_wait();
  });
}

SCENARIO(three_tasks_of_a_task_can_meet) {
  meeting all(3);
  thread_pool pool(workers(3));
  pool.execute([&] {
    for (int i = 0; i < 3; ++i) {
      pool.execute([&] { all.arrive_and_wait(); });
    }
  });
}

SCENARIO(children_of_tasks_all_run_before_the_pool_is_gone) {
  ledger tasks;
  {
    thread_pool pool(workers(2));
    for (int i = 0; i < 2; ++i) {
      pool.execute(tasks.task([&] {
        pool.execute(tasks.task());
        pool.execute(tasks.task([&] { pool.execute(tasks.task()); }));
      }));
    }
  }
  tasks.check_all_ran();
}

SCENARIO(a_submitter_that_waits_for_room_gets_it) {
  ledger tasks;
  {
    thread_pool pool(bounded(1, 1, filch::on_full::block));
    const thread other([&] {
      pool.execute(tasks.task());
      pool.execute(tasks.task());
    });
    pool.execute(tasks.task());
    pool.execute(tasks.task());
  }
  tasks.check_all_ran();
}

SCENARIO(close_lets_go_a_submitter_that_waits_for_room) {
  ledger tasks;
  event go;
  bool refused = false;
  {
    thread_pool pool(bounded(1, 1, filch::on_full::block));
    pool.execute(tasks.task([&] { go.wait(); }));
    const thread submitter([&] {
      try {
        pool.execute(tasks.task());
        pool.execute(tasks.task());
        pool.execute(tasks.task());
      } catch (const filch::pool_closed&) {
        refused = true;
      }
    });
    pool.close();
    go.set();
  }
  tasks.check_none_left();
  check(refused == (tasks.called() != tasks.made()), "what was not refused ran");
}

SCENARIO(a_full_pool_says_so_and_has_room_again) {
  ledger tasks;
  std::size_t accepted = 0;
  {
    thread_pool pool(bounded(1, 1, filch::on_full::reject));
    const auto submit = [&] {
      for (int i = 0; i < 3; ++i) {
        if (pool.try_execute(tasks.task()) == submit_status::accepted) {
          ++accepted;
        }
      }
    };
    {
      const thread other(submit);
      submit();
    }
    pool.wait_idle();
    check(pool.try_execute(tasks.task()) == submit_status::accepted, "an idle pool has room");
    ++accepted;
  }
  tasks.check_none_left();
  check(tasks.called() == accepted, "just what was accepted ran");
}

SCENARIO(room_is_given_back_however_a_task_ends) {
  ledger tasks;
  filch::pool_options options = bounded(1, 2, filch::on_full::reject);
  options.on_unhandled_exception = [](std::exception_ptr) {};
  thread_pool pool(std::move(options));
  auto cancelled = pool.spawn(tasks.task());
  static_cast<void>(cancelled.cancel());
  pool.wait_idle();
  pool.execute(tasks.task([] { throw 1; }));
  auto claimed = pool.spawn(tasks.task());
  claimed.join();
  pool.wait_idle();
  check(pool.try_execute(tasks.task()) == submit_status::accepted, "one place is free");
  check(pool.try_execute(tasks.task()) != submit_status::closed, "the pool is open");
}

SCENARIO(close_against_submissions_loses_nothing) {
  ledger tasks;
  std::size_t accepted = 0;
  {
    thread_pool pool(workers(2));
    const thread submitter([&] {
      for (int i = 0; i < 4; ++i) {
        if (pool.try_execute(tasks.task()) == submit_status::accepted) {
          ++accepted;
        }
      }
    });
    pool.close();
  }
  tasks.check_none_left();
  check(tasks.called() == accepted, "just what was accepted ran");
}

SCENARIO(a_bulk_against_close_is_taken_whole_or_from_the_front) {
  ledger tasks;
  std::size_t accepted = 0;
  {
    thread_pool pool(workers(1));
    const thread submitter([&] {
      using task_type = decltype(tasks.task());
      std::vector<task_type> batch;
      for (int i = 0; i < 3; ++i) {
        batch.push_back(tasks.task());
      }
      try {
        accepted = pool.execute_bulk(std::move_iterator(batch.begin()), std::move_iterator(batch.end()));
      } catch (const filch::pool_closed&) {
      }
    });
    pool.close();
  }
  tasks.check_none_left();
  check(tasks.called() == accepted, "just what was accepted ran");
}

SCENARIO(a_task_may_destroy_the_pool_of_its_submitter) {
  auto* const pool = new thread_pool(workers(1));
  pool->execute([pool] { delete pool; });
  // The schedule ends when the worker has ended; nothing may be touched after its memory is given back.
}

SCENARIO(who_sees_a_task_run_may_destroy_the_pool) {
  event ran;
  auto pool = std::make_unique<thread_pool>(workers(1));
  const thread submitter([&pool = *pool, &ran] { pool.execute([&ran] { ran.set(); }); });
  ran.wait();
  pool.reset();
}

SCENARIO(who_sees_a_child_of_a_group_run_may_destroy_the_pool) {
  event ran;
  auto pool = std::make_unique<thread_pool>(workers(1));
  const thread submitter([&pool = *pool, &ran] { static_cast<void>(pool.spawn([&ran] { ran.set(); })); });
  ran.wait();
  pool.reset();
}

SCENARIO(a_task_that_submits_itself_does_not_starve_another) {
  thread_pool pool(workers(1));
  bool flag = false;
  int rounds = 0;
  struct poller {
    thread_pool* pool;
    bool* flag;
    int* rounds;
    void operator()() const {
      check(++*rounds < 1000, "an accepted task runs while another one submits itself");
      if (!*flag) {
        pool->execute(poller{*this});
      }
    }
  };
  pool.execute([&] {
    pool.execute([&] { flag = true; });
    pool.execute(poller{&pool, &flag, &rounds});
  });
  pool.wait_idle();
}

}  // namespace
