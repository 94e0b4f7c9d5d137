// SPDX-License-Identifier: BSL-1.0
// Sleeping, waking and stopping in small pools: the shipped protocol over the shipped queues.
#include <array>
#include <cstddef>
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
using filch_model::policy;
using filch_model::queue;
using filch_model::small_pool;
using filch_model::small_worker;
using filch_model::start;
using filch_model::stop_against_a_sleeper;
using filch_model::task;

// A worker that goes to sleep with empty hands against a submission of each kind. If the submission is missed, the
// worker sleeps for ever.
std::function<void()> sleep_against(queue kind) {
  return [kind] {
    small_pool pool(1, kind);
    task t;
    start("sleeper", [&] {
      pool.sleep_once(0);
      check(pool.look_once(0), "woken for nothing");
    });
    start("submitter", [&] { pool.submit(0, t); });
    join_all();
  };
}

// With the heavy barrier a fork needs no fence.
void fork_against_sleep() {
  small_pool pool(2, queue::forks);
  task t;
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("forker", [&] { pool.fork(1, t); });
  join_all();
}

// The last one to sleep passes no barrier. Then somebody forks who does not have to be woken after it.
void last_sleeper_against_one_who_waited() {
  small_pool pool(2, queue::forks);
  task t;
  pool.begin_blocking();
  start("sleeper", [&] { pool.sleep_once(0); });
  start("waiter", [&] {
    pool.end_blocking(pool.at(1));
    pool.fork(1, t);
  });
  join_all();
}

void last_sleeper_against_a_guest() {
  small_pool pool(2, queue::forks);
  task t;
  small_worker& slot = pool.take_slot(queue::forks);
  pool.sleepers().enlist(1);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("guest", [&] {
    static_cast<void>(pool.enter(slot));
    pool.fork(2, t);
  });
  join_all();
}

// What a searcher left it saw in its last look, or its submitter saw nobody to wake: no sleeper is left.
void check_nobody_is_missed(small_pool& pool) {
  check((!pool.any_task() && !pool.any_own_work()) ||
            !filch::detail::sleep_word::wants_wake(pool.sleepers().state().load(std::memory_order_relaxed)),
        "work is left and a sleeper sleeps");
}

// Two tasks, two sleepers, one of whom may be woken as a searcher for both.
void two_submissions_two_sleepers() {
  small_pool pool(2);
  std::array<task, 2> tasks;
  start("sleeper", [&] {
    pool.sleep_once(0);
    static_cast<void>(pool.look_once(0));
    pool.end_search();
  });
  start("submitter 1", [&] { pool.submit(0, tasks[0]); });
  start("submitter 2", [&] { pool.submit(1, tasks[1]); });
  join_all();
  check_nobody_is_missed(pool);
}

// A searcher that found nothing goes to sleep: from then on a submission needs a wake-up.
void searcher_sleeps_against_a_submission() {
  small_pool pool(1);
  task t;
  check(pool.sleepers().start_search(1), "no room for a searcher");
  start("searcher", [&] {
    pool.sleep_once(0, filch_model::before_sleep::searching);
    check(pool.look_once(0), "woken for nothing");
  });
  start("submitter", [&] { pool.submit(0, t); });
  join_all();
}

// The system has stopped a searcher. A submitter saw nobody asleep, or woke a sleeper because its patience was over.
void sleep_beside_a_stopped_searcher() {
  small_pool pool(2);
  task t;
  check(pool.sleepers().start_search(1), "no room for a searcher");
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("submitter", [&] {
    pool.at(0).put(t);
    if (const auto sleeper = pool.sleepers().wake_beside_searchers()) {
      pool.at(*sleeper).wake();
    }
  });
  join_all();
}

// A submitter relies on a searcher that has found something else, while another worker sleeps.
void search_ends_against_a_submission() {
  small_pool pool(2);
  task t;
  pool.sleepers().enlist(1);
  check(pool.sleepers().start_search(2), "no room for a searcher");
  start("searcher", [&] { pool.end_search(); });
  start("submitter", [&] { pool.submit(0, t); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

// Every sleeper is taken off once; none is lost from the stack.
std::function<void()> sleepers_come_and_go(bool ordered) {
  return [ordered] {
    filch::detail::basic_sleepers<policy> sleepers(2, 2);
    sleepers.enlist(0);
    policy::plain<int> woken{0};
    start("sleeper", [&] { sleepers.enlist(1); });
    start("waker", [&] {
      const auto first = ordered ? sleepers.wake_any() : sleepers.wake_one_unordered();
      woken.set(first ? 1 : 0);
    });
    join_all();
    int left = 0;
    while (sleepers.wake_any()) {
      ++left;
    }
    check(woken.get() + left == 2, "a sleeper is lost");
    check(filch::detail::sleep_word::free_beside_guests(sleepers.state().load(std::memory_order_relaxed)) == 0,
          "a core that nobody left");
  };
}

// A worker may sleep though a guest that has its core has a child queued; only a task wakes it.
void sleep_beside_a_child() {
  small_pool pool(1);
  std::array<task, 2> tasks;
  policy::atomic<bool> submitted{false};
  pool.enter_guest(queue::tasks)->put(tasks[0]);
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(submitted.load(std::memory_order_relaxed), "woken for a guest's child");
  });
  start("submitter", [&] {
    submitted.store(true, std::memory_order_relaxed);
    pool.submit(0, tasks[1]);
  });
  join_all();
}

// One sleeps already, the other is about to.
void stop_against_two_sleepers() {
  small_pool pool(2);
  pool.sleepers().enlist(1);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

// While another guest is in there is no core for a thief. When that one leaves a sleeper comes to help.
void a_guest_leaves_against_a_child() {
  small_pool pool(1);
  task t;
  pool.sleepers().enlist(0);
  small_worker* const leaver = pool.enter_guest(queue::tasks);
  small_worker& stayer = pool.take_slot(queue::tasks);
  start("leaver", [&] { pool.leave_guest(*leaver); });
  start("stayer", [&] { pool.submit_child(stayer, t); });
  join_all();
  pool.at(0).park();  // would never end without a token
}

// The last look of a sleeper, whose sleep frees a core, against a guest's child.
void sleep_against_a_child() {
  small_pool pool(2);
  task t;
  pool.sleepers().enlist(1);
  small_worker* const slot = pool.enter_guest(queue::tasks);
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("guest", [&] { pool.submit_child(*slot, t); });
  join_all();
}

// A guest of a pool of one has that one's core: it wakes nobody for its children, but does for other tasks.
std::function<void()> core_for(queue kind, int wakes) {
  return [kind, wakes] {
    small_pool pool(1);
    task t;
    pool.sleepers().enlist(0);
    start("guest", [&] {
      small_worker* const slot = pool.enter_guest(kind);
      if (kind == queue::tasks) {
        pool.submit_child(*slot, t);
      } else {
        slot->put(t);
        pool.wake_one();
      }
    });
    join_all();
    check(pool.sleepers().any() == (wakes == 0), "the wrong number of workers were woken");
  };
}

// Whoever sleeps on a CPU that a guest has goes back to sleep, and the one below is woken.
std::function<void()> displaced_against(std::size_t submissions) {
  return [submissions] {
    small_pool pool(2);
    std::array<task, 2> tasks;
    pool.displace(0);
    pool.sleepers().enlist(1);
    pool.sleepers().enlist(0);
    start("worker", [&] {
      pool.at(1).park();  // would never end without a token
      static_cast<void>(pool.look_once(1));
      pool.end_search();
    });
    for (std::size_t i = 0; i < submissions; ++i) {
      start("submitter", [&, i] { pool.submit(i, tasks[i]); });
    }
    join_all();
    check_nobody_is_missed(pool);
    if (submissions == 1) {
      check(pool.sleepers().wake_one() == 0u, "who was passed over sleeps no more, or somebody searches");
    }
  };
}

// Whoever goes back to sleep may do so after the pool was stopped.
void displaced_against_stop() {
  small_pool pool(2);
  pool.displace(0);
  pool.sleepers().enlist(1);
  pool.sleepers().enlist(0);
  start("waker", [&] { pool.wake_one(); });
  start("closer", [&] { pool.stop(); });
  join_all();
  pool.at(0).park();  // would never end without a token
  pool.at(1).park();
}

// All cores are held, so a submitter wakes nobody. A worker that parks in a wait lends its core.
std::function<void()> core_lent_against(queue kind) {
  return [kind] {
    small_pool pool(2, kind);
    task t;
    pool.sleepers().enlist(1);
    pool.sleepers().end_blocking();
    start("waiter", [&] { pool.begin_blocking(); });
    start("submitter", [&] { pool.submit(0, t); });
    join_all();
    pool.at(1).park();  // would never end without a token
  };
}

// A spare sleeps, and all cores are held: nobody is woken. Nor when one that was lent is back.
void no_core_for_a_task() {
  small_pool pool(1);
  std::array<task, 2> tasks;
  pool.sleepers().end_blocking();
  pool.sleepers().enlist(0);
  const auto submit = [&](task& t) {
    start("submitter", [&] { pool.submit(0, t); });
    join_all();
    check(pool.sleepers().any(), "more are woken than there are cores");
  };
  submit(tasks[0]);
  check(pool.look_once(0), "nothing was submitted");
  pool.begin_blocking();
  pool.sleepers().end_blocking();
  submit(tasks[1]);
}

const std::vector<model> models = {
    {"sleep against a submission to an inbox", sleep_against(queue::inbox)},
    {"sleep against a spawned task", sleep_against(queue::tasks)},
    {"sleep against a task in a fifo", sleep_against(queue::fifo)},
    {"sleep against a fork, by the heavy barrier", fork_against_sleep},
    {"the last sleeper against the fork of one who waited", last_sleeper_against_one_who_waited},
    {"the last sleeper against a guest's fork", last_sleeper_against_a_guest},
    {"two submissions and a sleeper that searches", two_submissions_two_sleepers},
    {"a searcher sleeps against a submission", searcher_sleeps_against_a_submission},
    {"sleep beside a stopped searcher", sleep_beside_a_stopped_searcher},
    {"the end of a search against a submission", search_ends_against_a_submission},
    {"a sleeper comes while another is woken", sleepers_come_and_go(true)},
    {"a sleeper comes while another is woken for a fork", sleepers_come_and_go(false)},
    {"a guest leaves against another's child", a_guest_leaves_against_a_child},
    {"sleep against a guest's child", sleep_against_a_child},
    {"sleep beside a guest's child", sleep_beside_a_child},
    {"no core for a guest's child", core_for(queue::tasks, 0)},
    {"a guest's task needs no free core", core_for(queue::inbox, 1)},
    {"one who is displaced against a submission", displaced_against(1)},
    {"one who is displaced against two submissions", displaced_against(2)},
    {"one who is displaced against a stop", displaced_against_stop},
    {"a core is lent against a submission", core_lent_against(queue::inbox)},
    {"a core is lent against a spawned task", core_lent_against(queue::tasks)},
    {"no core for a task", no_core_for_a_task},
    {"stop against a sleeper", stop_against_a_sleeper},
    {"stop against two sleepers", stop_against_two_sleepers},
};

TEST_CASE("sleep: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("sleep: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"sleepers.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("sleep: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
