// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>
#include <memory>

#include "scenario.hpp"

// Tasks that run in place, on the thread that submits them, because the pool is full.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::thread;
using schedule::workers;

// A bounded pool that is full: its worker is in a task until `release`, and one more task waits.
class full_pool {
 public:
  explicit full_pool(filch::on_full on_full) {
    filch::pool_options options = workers(1);
    options.max_pending = 1;
    options.on_full = on_full;
    pool = std::make_unique<thread_pool>(std::move(options));
    pool->execute([s = state_] {
      s->started.set();
      s->go.wait();
    });
    state_->started.wait();
    pool->execute([] {});
  }
  void release() { state_->go.set(); }

  std::unique_ptr<thread_pool> pool;

 private:
  struct state {
    event started;
    event go;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();  // a pool that is destroyed by its task may outlive this
};

SCENARIO(a_shutdown_in_a_task_in_place_does_not_wait_for_itself) {
  full_pool full(filch::on_full::run_in_caller);
  bool ran = false;
  const thread later([&] { full.release(); });
  full.pool->execute([&] {
    static_cast<void>(full.pool->shutdown());
    ran = true;
  });
  full.pool->wait_idle();
  check(ran, "it ran");
}

SCENARIO(a_timed_shutdown_in_a_task_in_place_does_not_wait_for_itself) {
  using namespace std::chrono_literals;
  full_pool full(filch::on_full::run_in_caller);
  const thread later([&] { full.release(); });
  full.pool->execute([&] { static_cast<void>(full.pool->shutdown_for(1h)); });
}

SCENARIO(wait_idle_in_a_task_in_place_is_refused) {
  full_pool full(filch::on_full::run_in_caller);
  const thread later([&] { full.release(); });
  bool refused = false;
  full.pool->execute([&] {
    try {
      full.pool->wait_idle();
    } catch (const filch::usage_error&) {
      refused = true;
    }
  });
  full.pool->wait_idle();
  check(refused, "a task cannot wait for its own end");
}

SCENARIO(a_task_in_place_may_destroy_its_pool) {
  full_pool full(filch::on_full::run_in_caller);
  full.pool->execute([&] { full.pool.reset(); });
  full.release();
}

SCENARIO(a_task_in_place_on_another_pools_worker_may_shut_its_pool_down) {
  full_pool full(filch::on_full::block);
  const thread later([&] { full.release(); });
  bool ran = false;
  thread_pool other(workers(1));
  other.spawn([&] {
         full.pool->execute([&] {
           static_cast<void>(full.pool->shutdown());
           ran = true;
         });
       }).join();
  full.pool->wait_idle();
  check(ran, "it ran");
}

SCENARIO(tasks_that_a_task_in_place_submits_do_not_nest) {
  full_pool full(filch::on_full::run_in_caller);
  int depth = 0;
  int deepest = 0;
  int left = 20;
  struct link {
    thread_pool* pool;
    int* depth;
    int* deepest;
    int* left;
    void operator()() const {
      *deepest = std::max(*deepest, ++*depth);
      if (--*left > 0) {
        pool->execute(link{*this});
      }
      --*depth;
    }
  };
  full.pool->execute(link{full.pool.get(), &depth, &deepest, &left});
  full.release();
  full.pool->wait_idle();
  check(left == 0, "every link ran");
  check(deepest <= 2, "tasks in place do not nest without a bound");
}

SCENARIO(a_task_in_place_joins_what_it_spawns) {
  full_pool full(filch::on_full::run_in_caller);
  const thread later([&] { full.release(); });
  int result = 0;
  full.pool->execute([&] { result = full.pool->spawn([] { return 42; }).join(); });
  full.pool->wait_idle();
  check(result == 42, "the result");
}

SCENARIO(a_task_in_place_submits_while_the_pool_drains) {
  full_pool full(filch::on_full::run_in_caller);
  ledger tasks;
  const thread later([&] { full.release(); });
  full.pool->execute(tasks.task([&] {
    full.pool->close();
    full.pool->execute(tasks.task());
  }));
  full.pool->shutdown();
  tasks.check_all_ran();
}

SCENARIO(a_spawned_task_in_place_keeps_its_result) {
  full_pool full(filch::on_full::run_in_caller);
  const thread later([&] { full.release(); });
  check(full.pool->spawn([] { return 42; }).join() == 42, "the result");
}

}  // namespace
