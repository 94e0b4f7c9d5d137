// SPDX-License-Identifier: BSL-1.0
// Tasks from inside against sleepers, where the system has heavy barriers: the push passes no fence while nobody
// sleeps.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models.hpp"
#include "small_pool.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::before_sleep;
using filch_model::barriers;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::queue;
using filch_model::small_pool;
using filch_model::small_worker;
using filch_model::start;
using filch_model::task;

/// Whose owners push to their own deques.
class spawning_pool : public small_pool {
 public:
  explicit spawning_pool(std::size_t size) : small_pool(size, queue::tasks, barriers::heavy) {}

  // Worker 0 sleeps until somebody wakes it for a task. Here and below: if nobody does it sleeps for ever.
  void sleep_and_take(before_sleep was = before_sleep::busy) {
    sleep_once(0, was);
    check(look_once(0), "woken for nothing");
  }
};

// A worker goes to sleep with empty hands, or after a search in vain, while another one spawns a task.
std::function<void()> sleep_against_a_task(bool searching) {
  return [searching] {
    spawning_pool pool(2);
    task t;
    check(!searching || pool.sleepers().start_search(1), "no room for a searcher");
    start("sleeper", [&] { pool.sleep_and_take(searching ? before_sleep::searching : before_sleep::busy); });
    start("spawner", [&] { pool.submit(1, t); });
    join_all();
  };
}

// The sleeper sees the task, and leaves it to a searcher, who has found something else.
void sleep_against_a_task_and_the_end_of_a_search() {
  spawning_pool pool(2);
  task t;
  check(pool.sleepers().start_search(2), "no room for a searcher");
  start("searcher", [&] { pool.end_search(); });
  start("sleeper", [&] { pool.sleep_once(0); });
  start("spawner", [&] { pool.submit(1, t); });
  join_all();
}

// While a waker passes a sleeper over, that one is not on the stack: nobody seems to sleep.
void displaced_against_a_task() {
  spawning_pool pool(3);
  task t;
  pool.displace(0);
  pool.sleepers().enlist(1);
  pool.sleepers().enlist(0);
  start("waker", [&] { pool.wake_one(); });
  start("spawner", [&] { pool.submit(2, t); });
  start("woken", [&] {
    pool.at(1).park();  // would never end without a token
    pool.end_search();
  });
  join_all();
  check(!filch::detail::sleep_word::wants_wake(pool.sleepers().state().load(std::memory_order_relaxed)),
        "work is left and a sleeper sleeps");
}

// The sleeper sees the task and finds no core. A worker that parks in a wait lends its core.
void core_lent_against_a_task() {
  spawning_pool pool(2);
  task t;
  pool.sleepers().end_blocking();  // a spare's
  start("sleeper", [&] { pool.sleep_once(0); });
  start("waiter", [&] { pool.begin_blocking(); });
  start("spawner", [&] { pool.submit(1, t); });
  join_all();
}

// The last one to sleep passes no barrier. Then somebody spawns a task who does not have to be woken after it.
void last_sleeper_against_one_who_waited() {
  spawning_pool pool(2);
  task t;
  pool.begin_blocking();
  start("sleeper", [&] { pool.sleep_and_take(); });
  start("waiter", [&] {
    pool.end_blocking(pool.at(1));
    pool.submit(1, t);
  });
  join_all();
}

// In a slot that was there already, or in a new one.
std::function<void()> last_sleeper_against_a_guest(bool is_new) {
  return [is_new] {
    spawning_pool pool(2);
    task t;
    if (!is_new) {
      pool.give_up(pool.take_slot(queue::tasks));
    }
    pool.begin_blocking();
    start("sleeper", [&] { pool.sleep_and_take(); });
    start("guest", [&] { pool.submit_child(*pool.enter_guest(queue::tasks), t); });
    join_all();
  };
}

// A task that was spawned by one that has ended counts as queued until somebody is busy with it.
void idle_after_a_spawned_task() {
  spawning_pool pool(2);
  task t;
  pool.at(1).activity_word().set_idle();
  start("spawner", [&] {
    pool.submit(0, t);
    static_cast<void>(pool.look_once(0));
    pool.at(0).activity_word().set_idle();
  });
  start("taker", [&] {
    pool.at(1).activity_word().set_busy();
    static_cast<void>(pool.look_once(1));
    pool.at(1).activity_word().set_idle();
  });
  start("collector", [&] { check(!pool.quiescent() || t.runs.get() == 1, "idle while a task is queued or running"); });
  join_all();
}

// The same where the system has begun to refuse barriers and nobody knows it yet.
std::function<void()> refused(std::function<void()> scenario) {
  return [scenario = std::move(scenario)] {
    filch_model::run::current()->refuse_barriers();
    scenario();
  };
}

const std::vector<model> models = {
    {"sleep against a task", sleep_against_a_task(false)},
    {"sleep after a search against a task", sleep_against_a_task(true)},
    {"sleep against a task, with a searcher", sleep_against_a_task_and_the_end_of_a_search},
    {"one who is displaced against a task", displaced_against_a_task},
    {"a core is lent against a task", core_lent_against_a_task},
    {"the last sleeper against one who waited", last_sleeper_against_one_who_waited},
    {"the last sleeper against a guest's child", last_sleeper_against_a_guest(false)},
    {"the last sleeper against a child in a new slot", last_sleeper_against_a_guest(true)},
    {"idle after a spawned task", idle_after_a_spawned_task},
    {"barriers are refused: sleep against a task", refused(sleep_against_a_task(false))},
    {"barriers are refused: one who is displaced against a task", refused(displaced_against_a_task)},
    {"barriers are refused: the last sleeper against a guest's child", refused(last_sleeper_against_a_guest(false))},
};

TEST_CASE("spawn: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("spawn: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
