// SPDX-License-Identifier: BSL-1.0
// What a worker moves between its own queues: who sleeps must see it, and nobody may run it twice.
#include <array>
#include <string>
#include <vector>

#include "models.hpp"
#include "small_pool.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::queue;
using filch_model::small_pool;
using filch_model::start;
using filch_model::task;

void run(task& t) {
  check(t.runs.get() == 0, "a task runs twice");
  t.runs.set(1);
}

// A worker has drained an inbox. It takes one task in hand, and puts the other one into its fifo. A sleeper may look
// while that task lies in no queue.
void a_drained_inbox_against_a_sleeper() {
  small_pool pool(2, queue::fifo);
  std::array<task, 2> tasks;
  tasks[1].next = &tasks[0];
  start("worker", [&] { check(pool.at(0).local().start_on(&tasks[1]) == &tasks[0], "the oldest comes first"); });
  start("sleeper", [&] {
    pool.sleep_once(1);
    check(pool.look_once(1), "woken for nothing");
  });
  join_all();
  check(tasks[1].runs.get() == 1, "lost");
}

// The same for a task that a worker has popped, and that it hands over before it parks in a wait.
void a_task_that_is_handed_over_against_a_sleeper() {
  small_pool pool(2, queue::fifo);
  task t;
  start("waiter", [&] { pool.at(0).local().hand_over(t); });
  start("sleeper", [&] {
    pool.sleep_once(1);
    check(pool.look_once(1), "woken for nothing");
  });
  join_all();
  check(t.runs.get() == 1, "lost");
}

// A thief takes one of two tasks while their worker hands both over.
void tasks_are_handed_over_against_a_thief() {
  small_pool pool(1, queue::tasks);
  std::array<task, 2> tasks;
  for (task& t : tasks) {
    pool.at(0).local().push_task(t);
  }
  start("waiter", [&] {
    pool.at(0).local().hand_over_all();
    while (task* const t = pool.at(0).local().next_outside()) {
      run(*t);
    }
  });
  start("thief", [&] {
    if (task* const t = pool.at(0).take()) {
      run(*t);
    }
  });
  join_all();
  check(tasks[0].runs.get() == 1 && tasks[1].runs.get() == 1, "lost");
}

const std::vector<model> models = {
    {"a drained inbox against a sleeper", a_drained_inbox_against_a_sleeper},
    {"a task that is handed over against a sleeper", a_task_that_is_handed_over_against_a_sleeper},
    {"tasks are handed over against a thief", tasks_are_handed_over_against_a_thief},
};

TEST_CASE("local queues: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("local queues: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
