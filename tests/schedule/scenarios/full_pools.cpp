// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include "scenario.hpp"

// Submitters that wait for room in a full pool, and what else they must not wait for.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

filch::pool_options with_room_for_one() {
  filch::pool_options options = workers(1);
  options.max_pending = 1;
  options.on_full = filch::on_full::block;
  return options;
}

// Nothing but the close ends the wait: the task that would make room waits for the submitter.
SCENARIO(a_close_alone_lets_go_a_submitter_that_waits_for_room) {
  ledger tasks;
  event go;
  {
    thread_pool pool(with_room_for_one());
    pool.execute(tasks.task([&] { go.wait(); }));
    const thread submitter([&] {
      bool refused = false;
      try {
        pool.execute(tasks.task());
        pool.execute(tasks.task());
      } catch (const filch::pool_closed&) {
        refused = true;
      }
      check(refused, "there is no room for the second task");
      go.set();
    });
    pool.close();
  }
  tasks.check_none_left();
}

SCENARIO(a_close_alone_lets_go_two_submitters_that_wait_for_room) {
  ledger tasks;
  event go;
  int refused = 0;
  {
    thread_pool pool(with_room_for_one());
    pool.execute(tasks.task([&] { go.wait(); }));
    const auto submit = [&] {
      try {
        pool.execute(tasks.task());
        pool.execute(tasks.task());
      } catch (const filch::pool_closed&) {
        if (++refused == 2) {
          go.set();
        }
      }
    };
    const thread first(submit);
    const thread second(submit);
    pool.close();
  }
  tasks.check_none_left();
}

SCENARIO(workers_of_two_full_pools_submit_to_each_other) {
  ledger tasks;
  {
    thread_pool a(with_room_for_one());
    thread_pool b(with_room_for_one());
    const auto fill = [&tasks](thread_pool& other) {
      for (int i = 0; i < 3; ++i) {
        other.execute(tasks.task());
      }
    };
    a.execute(tasks.task([&] { fill(b); }));
    b.execute(tasks.task([&] { fill(a); }));
    a.wait_idle();
    b.wait_idle();
    a.wait_idle();
  }
  tasks.check_all_ran();
}

}  // namespace
