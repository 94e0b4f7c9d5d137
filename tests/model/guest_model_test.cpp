// SPDX-License-Identifier: BSL-1.0
// The slots of guests. Guests that sleepers or a drain meet are in the models of those.
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
using filch_model::task;

// What one guest did with its slot is seen by the next, and never do two have it.
void a_slot_is_handed_over() {
  small_pool pool(1);
  small_worker& slot = pool.take_slot(queue::tasks);
  policy::plain<int> used{0};
  start("guest 1", [&] {
    used.set(used.get() + 1);
    pool.give_up(slot);
  });
  start("guest 2", [&] {
    if (&pool.take_slot(queue::tasks) == &slot) {
      used.set(used.get() + 1);
    }
  });
  join_all();
}

void two_guests_want_one_slot() {
  small_pool pool(1);
  small_worker& slot = pool.take_slot(queue::tasks);
  pool.give_up(slot);
  policy::plain<int> used{0};
  const auto guest = [&] {
    if (&pool.take_slot(queue::tasks) == &slot) {
      used.set(used.get() + 1);
      pool.give_up(slot);
    }
  };
  start("guest 1", guest);
  start("guest 2", guest);
  join_all();
}

// The next guest may have the slot as soon as the one before has left.
void a_guest_leaves_while_another_comes() {
  small_pool pool(1);
  pool.at(0).activity_word().set_idle();
  small_worker* const slot = pool.enter_guest(queue::tasks);
  start("leaver", [&] { pool.leave_guest(*slot); });
  start("comer", [&] {
    if (small_worker* const mine = pool.enter_guest(queue::tasks)) {
      check(filch::detail::basic_activity<policy>::is_busy(mine->activity_word().read()),
            "another guest has made the slot idle");
    }
  });
  join_all();
  check(!pool.quiescent(), "idle while a guest is in");
}

// A sleeper either finds the new slot in its last look, or its guest finds the sleeper.
void a_new_slot_against_a_sleeper() {
  small_pool pool(1);
  task t;
  start("sleeper", [&] {
    pool.sleep_once(0);
    check(pool.look_once(0), "woken for nothing");
  });
  start("guest", [&] {
    small_worker& slot = pool.take_slot(queue::inbox);
    slot.put(t);
    pool.wake_one();
  });
  join_all();
}

const std::vector<model> models = {
    {"a slot is handed over", a_slot_is_handed_over},
    {"two guests want one slot", two_guests_want_one_slot},
    {"a guest leaves while another comes", a_guest_leaves_while_another_comes},
    {"a new slot against a sleeper", a_new_slot_against_a_sleeper},
};

TEST_CASE("guest: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("guest: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"extra_slots.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("guest: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
