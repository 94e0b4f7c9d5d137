// SPDX-License-Identifier: BSL-1.0
#include "src/parking/parker.hpp"

#include <chrono>
#include <optional>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"
#include "waiter.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::latch;
using filch_model::model;
using filch_model::parker;
using filch_model::policy;
using filch_model::start;

constexpr std::chrono::steady_clock::time_point some_time{};

void park_sees_what_came_before() {
  parker p;
  policy::plain<int> message{0};
  start("owner", [&] {
    p.park();
    check(message.get() == 1, "woken without the message");
  });
  start("waker", [&] {
    message.set(1);
    p.unpark();
  });
  join_all();
}

void two_rounds() {
  parker there;
  parker back;
  policy::plain<int> ball{0};
  start("ping", [&] {
    for (int i = 0; i < 2; ++i) {
      ball.set(ball.get() + 1);
      there.unpark();
      back.park();
    }
    check(ball.get() == 4, "a round is missing");
  });
  start("pong", [&] {
    for (int i = 0; i < 2; ++i) {
      there.park();
      ball.set(ball.get() + 1);
      back.unpark();
    }
  });
  join_all();
}

void two_wakers() {
  parker p;
  policy::atomic<int> woken_for{0};
  start("owner", [&] {
    while (woken_for.load(std::memory_order_relaxed) != 2) {
      p.park();
    }
  });
  for (int i = 0; i < 2; ++i) {
    start("waker", [&] {
      woken_for.fetch_add(1, std::memory_order_relaxed);
      p.unpark();
    });
  }
  join_all();
}

void park_until_sees_what_came_before() {
  parker p;
  policy::plain<int> message{0};
  bool in_time = false;
  start("owner", [&] {
    in_time = p.park_until(some_time);
    check(!in_time || message.get() == 1, "woken without the message");
  });
  start("waker", [&] {
    message.set(1);
    p.unpark();
  });
  join_all();
  // A token that came too late is not lost.
  if (!in_time) {
    check(p.park_until(some_time), "the token is lost");
  }
}

void wait_then_destroy() {
  parker p;
  std::optional<latch> done{std::in_place};
  policy::plain<int> result{0};
  start("waiter", [&] {
    if (!done->is_set() && done->arm(p)) {
      do {
        p.park();
      } while (!done->is_set());
    }
    done.reset();
    check(result.get() == 1, "the result is not there");
  });
  start("setter", [&] {
    result.set(1);
    done->set();
  });
  join_all();
}

// A parker is recycled: a wake-up of an earlier wait may come at any time, and the waiter looks again.
void stray_wake_then_destroy() {
  parker p;
  std::optional<latch> done{std::in_place};
  start("waiter", [&] {
    if (done->arm(p)) {
      do {
        p.park();
      } while (!done->is_set());
    } else {
      check(done->is_set(), "not armed and not set");
    }
    done.reset();
  });
  start("setter", [&] { done->set(); });
  start("stray", [&] { p.unpark(); });
  join_all();
}

void destroy_after_a_look() {
  parker p;
  std::optional<latch> done{std::in_place};
  policy::plain<int> result{0};
  start("waiter", [&] {
    if (done->is_set()) {
      done.reset();
      check(result.get() == 1, "the result is not there");
    }
  });
  start("setter", [&] {
    result.set(1);
    done->set();
  });
  join_all();
}

// The waiter's parker is new: whoever unparks it must see it whole.
void set_sees_the_parker() {
  std::optional<parker> p;
  latch done;
  start("waiter", [&] {
    p.emplace();
    if (done.arm(*p)) {
      p->park();
    }
  });
  start("setter", [&] { done.set(); });
  join_all();
}

void arm_against_nudge() {
  parker p;
  latch done;
  policy::atomic<int> offers{0};
  bool parked_in_vain = false;
  start("waiter", [&] {
    if (done.arm(p)) {
      if (offers.load(std::memory_order_seq_cst) == 0) {
        p.park();
        parked_in_vain = offers.load(std::memory_order_relaxed) == 0;
      }
      static_cast<void>(done.disarm(p));
    }
  });
  start("offerer", [&] {
    offers.store(1, std::memory_order_seq_cst);
    done.nudge();
  });
  join_all();
  check(!parked_in_vain, "woken for nothing");
}

void disarm_against_set() {
  parker p;
  latch done;
  policy::plain<int> result{0};
  start("waiter", [&] {
    if (!done.arm(p) || !done.disarm(p)) {
      check(result.get() == 1, "the result is not there");
    }
  });
  start("setter", [&] {
    result.set(1);
    done.set();
  });
  join_all();
}

const std::vector<model> models = {
    {"park sees what came before the unpark", park_sees_what_came_before},
    {"two rounds there and back", two_rounds},
    {"two wakers", two_wakers},
    {"park_until against unpark", park_until_sees_what_came_before},
    {"latch: wait, then destroy", wait_then_destroy},
    {"latch: a stray wake-up, then destruction", stray_wake_then_destroy},
    {"latch: look, then destroy", destroy_after_a_look},
    {"latch: the setter sees the parker", set_sees_the_parker},
    {"latch: arm and look against offer and nudge", arm_against_nudge},
    {"latch: disarm against set", disarm_against_set},
};

TEST_CASE("parker and latch: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("parker and latch: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"parker.hpp", "latch.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("parker and latch: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
