// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include "controlled/faults.hpp"
#include "scenario.hpp"

// A system that has no membarrier, or begins to refuse it: nothing depends on it but speed.

namespace {

using schedule::event;
using schedule::ledger;

// The first side of each fork ends only when another worker has run the second one.
void forks_are_stolen(filch::thread_pool& pool) {
  event outer;
  event inner;
  pool.spawn([&] {
        filch::fork_join(
            [&] {
              outer.wait();
              filch::fork_join([&] { inner.wait(); }, [&] { inner.set(); });
            },
            [&] { outer.set(); });
      }).join();
}

// A task ends only when others have run those that it has submitted.
void tasks_are_stolen(filch::thread_pool& pool) {
  ledger tasks;
  event first;
  event second;
  pool.spawn([&] {
        pool.execute(tasks.task([&] { first.set(); }));
        first.wait();
        pool.execute(tasks.task([&] { second.set(); }));
        second.wait();
      }).join();
  pool.wait_idle();
  tasks.check_all_ran();
}

// A group whose owner is a worker, which somebody else waits for.
void group_ends_elsewhere(filch::thread_pool& pool) {
  ledger tasks;
  pool.spawn([&] {
        filch::task_group group(pool);
        group.run(tasks.task());
        pool.spawn([&] { group.wait(); }).join();
        group.run(tasks.task());
        group.wait();
      }).join();
  tasks.check_all_ran();
}

void without(void (*body)(filch::thread_pool&)) {
  controlled::faults().has_barrier = false;
  filch::thread_pool pool(schedule::workers(2));
  body(pool);
}

void refused(void (*body)(filch::thread_pool&)) {
  filch::thread_pool pool(schedule::workers(2));
  controlled::faults().refuses_barrier = true;
  body(pool);
}

SCENARIO(forks_are_stolen_without_barriers) { without(&forks_are_stolen); }
SCENARIO(forks_are_stolen_when_barriers_are_refused) { refused(&forks_are_stolen); }
SCENARIO(tasks_are_stolen_without_barriers) { without(&tasks_are_stolen); }
SCENARIO(tasks_are_stolen_when_barriers_are_refused) { refused(&tasks_are_stolen); }
SCENARIO(a_group_ends_elsewhere_without_barriers) { without(&group_ends_elsewhere); }
SCENARIO(a_group_ends_elsewhere_when_barriers_are_refused) { refused(&group_ends_elsewhere); }

}  // namespace
