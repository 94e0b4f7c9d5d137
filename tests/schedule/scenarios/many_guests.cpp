// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <memory>
#include <vector>

#include <filch/detail/pool/guest_scope.hpp>

#include "scenario.hpp"
#include "src/pool/pool_state.hpp"

// More guests than the pool has places for.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

/// Takes all places for guests, without threads of their own.
class taken_places {
 public:
  explicit taken_places(thread_pool& pool) : pool_(pool.state()) {
    for (;;) {
      filch::detail::worker& place = pool_.enter_guest();
      places_.push_back(&place);
      if (!place.is_listed()) {
        return;
      }
    }
  }
  ~taken_places() {
    for (filch::detail::worker* place : places_) {
      pool_.leave_guest(*place);
    }
  }
  taken_places(const taken_places&) = delete;
  taken_places& operator=(const taken_places&) = delete;

 private:
  filch::detail::pool_state& pool_;
  std::vector<filch::detail::worker*> places_;
};

SCENARIO(a_lone_guest_gets_its_tasks_run) {
  ledger tasks;
  thread_pool pool(workers(1));
  {
    const taken_places taken(pool);
    pool.invoke([&] {
      pool.execute(tasks.task());
      filch::fork_join(tasks.task(), tasks.task());
      filch::task_group group;
      group.run(tasks.task());
      pool.execute(tasks.task());
      group.wait();
    });
  }
  pool.wait_idle();
  tasks.check_all_ran();
}

SCENARIO(a_lone_guest_may_destroy_its_pool) {
  auto* const pool = new thread_pool(workers(1));
  auto taken = std::make_unique<taken_places>(*pool);
  pool->invoke([&] {
    delete pool;
    taken.reset();
  });
}

SCENARIO(a_lone_guest_may_wait_for_what_it_submits) {
  thread_pool pool(workers(1));
  const taken_places taken(pool);
  pool.invoke([&] {
    event ran;
    pool.execute([&] { ran.set(); });
    ran.wait();
  });
}

SCENARIO(a_lone_guest_may_wait_for_the_end_of_a_wait_for_its_child) {
  ledger tasks;
  thread_pool pool(workers(1));
  filch::task_group group(pool);
  event added;
  event waited;
  {
    const taken_places taken(pool);
    const thread guest([&] {
      pool.invoke([&] {
        group.run(tasks.task());
        added.set();
        waited.wait();
      });
    });
    added.wait();
    group.wait();
    waited.set();
  }
  tasks.check_all_ran();
}

SCENARIO(a_lone_guest_beside_a_shutdown_is_let_in_or_refused) {
  thread_pool pool(workers(1));
  bool ran = false;
  bool refused = false;
  {
    auto taken = std::make_unique<taken_places>(pool);
    const thread guest([&] {
      try {
        pool.invoke([&] { ran = true; });
      } catch (const filch::pool_closed&) {
        refused = true;
      }
    });
    pool.close();
    taken.reset();
    check(pool.shutdown().joined, "the workers have ended");
  }
  check(ran != refused, "the call ran or was refused");
}

}  // namespace
