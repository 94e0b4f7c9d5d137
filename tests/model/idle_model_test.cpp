// SPDX-License-Identifier: BSL-1.0
// How a pool is found idle and drained: the shipped protocol over the shipped queues.
#include <functional>
#include <string>
#include <vector>

#include "models.hpp"
#include "small_pool.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::no_region;
using filch_model::policy;
using filch_model::queue;
using filch_model::small_pool;
using filch_model::small_worker;
using filch_model::start;
using filch_model::stop_against_a_sleeper;
using filch_model::task;

// wait_idle returns at a moment without a queued or running task: what it waited for is seen.
void idle_after_a_task() {
  small_pool pool(1);
  task t;
  pool.submit(0, t);
  start("worker", [&] {
    static_cast<void>(pool.look_once(0));
    pool.at(0).activity_word().set_idle();
    pool.on_idle();
  });
  start("waiter", [&] {
    static_cast<void>(pool.wait_until_quiescent<no_region>());
    check(t.runs.get() == 1, "idle before the task ran");
  });
  join_all();
}

// A task goes from one worker's queue to another's: at no moment does the pool look idle.
void idle_while_work_moves() {
  small_pool pool(2);
  task t;
  pool.submit(0, t);
  start("giver", [&] {
    if (task* const found = pool.at(0).take()) {
      pool.submit(1, *found);
    }
    pool.at(0).activity_word().set_idle();
  });
  start("taker", [&] {
    pool.at(1).activity_word().set_idle();
    pool.at(1).activity_word().set_busy();
    if (task* const found = pool.at(1).take()) {
      found->runs.set(1);
      pool.at(1).activity_word().set_idle();
    }
  });
  start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a task is on its way"); });
  join_all();
}

// A worker that was idle takes another one's task: when that one's queue looks empty, this one looks busy.
std::function<void()> idle_while_work_is_taken(queue kind) {
  return [kind] {
    small_pool pool(2, kind);
    task t;
    pool.at(0).put(t);
    pool.at(1).activity_word().set_idle();
    start("owner", [&] {
      static_cast<void>(pool.look_once(0));
      pool.at(0).activity_word().set_idle();
    });
    start("taker", [&] {
      pool.at(1).activity_word().set_busy();
      static_cast<void>(pool.look_once(1));
      pool.at(1).activity_word().set_idle();
    });
    start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a task is on its way"); });
    join_all();
  };
}

// As when queued tasks are discarded by whoever shuts the pool down.
void idle_while_a_caller_takes() {
  small_pool pool(1);
  task t;
  pool.at(0).put(t);
  pool.at(0).activity_word().set_idle();
  start("caller", [&] {
    pool.callers().enter();
    static_cast<void>(pool.look_once(0));
    pool.callers().leave();
    pool.on_idle();
  });
  start("waiter", [&] {
    static_cast<void>(pool.wait_until_quiescent<no_region>());
    check(t.runs.get() == 1, "idle while a caller has the task");
  });
  join_all();
}

void idle_against_a_caller() {
  small_pool pool(1);
  policy::plain<int> work{0};
  policy::atomic<bool> begun{false};
  pool.at(0).activity_word().set_idle();
  start("caller", [&] {
    pool.callers().enter();
    begun.store(true, std::memory_order_seq_cst);
    work.set(1);
    pool.callers().leave();
    pool.on_idle();
  });
  start("waiter", [&] {
    if (begun.load(std::memory_order_seq_cst)) {
      static_cast<void>(pool.wait_until_quiescent<no_region>());
      check(work.get() == 1, "idle while a caller works");
    }
  });
  join_all();
}

// A lone guest comes while the pool begins to drain: it is refused, or the pool does not stop before it has left.
void lone_guest_against_a_drain() {
  small_pool pool(1);
  policy::plain<int> work{0};
  bool let_in = false;
  pool.at(0).activity_word().set_idle();
  start("guest", [&] {
    let_in = enter_as_lone_guest(pool);
    if (let_in) {
      check(!pool.stopping(), "the pool stopped while a guest is in");
      work.set(1);
      pool.caller_leaves();
    }
  });
  start("drain", [&] { pool.begin_drain(); });
  join_all();
  check(pool.stopping(), "nobody stopped the pool");
}

// A spare that was made while somebody collects runs what is queued.
void idle_while_a_spare_takes() {
  small_pool pool(1);
  task t;
  policy::atomic<small_worker*> made{nullptr};
  pool.at(0).put(t);
  start("worker", [&] {
    made.store(&pool.add_spare(queue::inbox), std::memory_order_release);
    pool.at(0).activity_word().set_idle();
  });
  start("spare", [&] {
    if (small_worker* const self = made.load(std::memory_order_acquire)) {
      static_cast<void>(pool.look_once(self->index()));
      self->activity_word().set_idle();
    }
  });
  start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a spare has the task"); });
  join_all();
}

// A whole life: a task from outside, close, drain; the worker runs it and stops.
void drain_one_worker() {
  small_pool pool(1);
  task t;
  bool accepted = false;
  start("worker", [&] { pool.work(0); });
  start("user", [&] {
    accepted = pool.submit(0, t);
    pool.at(0).close();
    pool.begin_drain();
  });
  join_all();
  check(!accepted || t.runs.get() == 1, "an accepted task is lost");
}

void drain_against_a_submission() {
  small_pool pool(1);
  task t;
  bool accepted = false;
  start("worker", [&] { pool.work(0); });
  start("submitter", [&] { accepted = pool.submit(0, t); });
  start("closer", [&] {
    pool.at(0).close();
    pool.begin_drain();
  });
  join_all();
  check(!accepted || t.runs.get() == 1, "an accepted task is lost");
}

// While a guest is in, the pool does not stop. In a slot that is there already, or in a new one.
std::function<void()> enter_against_drain(bool is_new) {
  return [is_new] {
    small_pool pool(1);
    pool.at(0).activity_word().set_idle();
    if (!is_new) {
      pool.give_up(pool.take_slot(queue::tasks));
    }
    start("guest", [&] {
      if (small_worker* const slot = pool.enter_guest(queue::tasks)) {
        check(!pool.stopping(), "stopped while a guest is in");
        pool.leave_guest(*slot);
      }
    });
    start("closer", [&] { pool.begin_drain(); });
    join_all();
    check(pool.stopping(), "never stopped");
  };
}

const std::vector<model> models = {
    {"stop against a sleeper", stop_against_a_sleeper},
    {"idle while a spare takes a task", idle_while_a_spare_takes},
    {"drain of a worker with a task", drain_one_worker},
    {"drain against a submission", drain_against_a_submission},
    {"a guest comes against a drain", enter_against_drain(false)},
    {"a guest comes to a new slot against a drain", enter_against_drain(true)},
    {"a lone guest comes against a drain", lone_guest_against_a_drain},
    {"idle after a task", idle_after_a_task},
    {"idle while a task moves between workers", idle_while_work_moves},
    {"idle while a task is taken from an inbox", idle_while_work_is_taken(queue::inbox)},
    {"idle while a task is taken from a fifo", idle_while_work_is_taken(queue::fifo)},
    {"idle while a task is stolen", idle_while_work_is_taken(queue::tasks)},
    {"idle while a caller takes a task", idle_while_a_caller_takes},
    {"idle against a caller that runs a task", idle_against_a_caller},
};

TEST_CASE("idle: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("idle: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"activity.hpp", "callers.hpp", "quiescence.hpp"}) ==
          std::vector<std::string>{});
}

TEST_CASE("idle: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
