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
  small_pool pool(1, queue::forks);
  task t;
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("forker", [&] { pool.fork(0, t); });
  join_all();
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
  // What the searcher left it saw in its last look, or its submitter saw nobody to wake: no sleeper is left.
  check(!pool.any_work() ||
            !filch::detail::sleep_word::wants_wake(pool.sleepers().state().load(std::memory_order_relaxed)),
        "work is left and a sleeper sleeps");
}

// A searcher that found nothing goes to sleep: from then on a submission needs a wake-up.
void searcher_sleeps_against_a_submission() {
  small_pool pool(1);
  task t;
  check(pool.sleepers().start_search(1), "no room for a searcher");
  start("searcher", [&] {
    pool.sleep_once(0, true);
    check(pool.look_once(0), "woken for nothing");
  });
  start("submitter", [&] { pool.submit(0, t); });
  join_all();
}

// A submitter relies on a searcher that has found something else, while another worker sleeps.
void search_ends_against_a_submission() {
  small_pool pool(2);
  task t;
  pool.sleepers().enlist(1, false);
  check(pool.sleepers().start_search(2), "no room for a searcher");
  start("searcher", [&] { pool.end_search(); });
  start("submitter", [&] { pool.submit(0, t); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

// Every sleeper is taken off once; none is lost from the stack.
std::function<void()> sleepers_come_and_go(bool ordered) {
  return [ordered] {
    filch::detail::basic_sleepers<policy> sleepers(2);
    sleepers.enlist(0, false);
    policy::plain<int> woken{0};
    start("sleeper", [&] { sleepers.enlist(1, false); });
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
  };
}

// One sleeps already, the other is about to.
void stop_against_two_sleepers() {
  small_pool pool(2);
  pool.sleepers().enlist(1, false);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
  pool.at(1).park();  // would never end without a token
}

const std::vector<model> models = {
    {"sleep against a submission to an inbox", sleep_against(queue::inbox)},
    {"sleep against a spawned task", sleep_against(queue::tasks)},
    {"sleep against a task in a lane", sleep_against(queue::lane)},
    {"sleep against a fork, by the heavy barrier", fork_against_sleep},
    {"two submissions and a sleeper that searches", two_submissions_two_sleepers},
    {"a searcher sleeps against a submission", searcher_sleeps_against_a_submission},
    {"the end of a search against a submission", search_ends_against_a_submission},
    {"a sleeper comes while another is woken", sleepers_come_and_go(true)},
    {"a sleeper comes while another is woken for a fork", sleepers_come_and_go(false)},
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
