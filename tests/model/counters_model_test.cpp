// SPDX-License-Identifier: BSL-1.0
// The small words: event count, bound on pending tasks, claim and reference count.
#include <optional>

#include <filch/detail/job/claim.hpp>
#include <filch/detail/job/fate.hpp>
#include <filch/detail/job/ref_count.hpp>
#include <filch/detail/parking/watch_slot.hpp>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "src/parking/event_count.hpp"
#include "src/pool/pending_bound.hpp"
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
using event_count = filch::detail::basic_event_count<policy>;
using pending_bound = filch::detail::basic_pending_bound<policy>;

void wait_for_a_condition() {
  event_count events;
  policy::atomic<bool> ready{false};
  start("waiter", [&] {
    for (;;) {
      const auto key = events.announce();
      if (ready.load(std::memory_order_seq_cst)) {
        events.cancel();
        break;
      }
      events.wait(key);
    }
  });
  start("notifier", [&] {
    ready.store(true, std::memory_order_seq_cst);
    if (events.has_waiters()) {
      events.notify_all();
    }
  });
  join_all();
}

// The notifier knows that somebody waits; what it publishes by the notification alone must arrive with it.
void notification_publishes() {
  event_count events;
  policy::plain<int> message{0};
  start("waiter", [&] {
    const auto key = events.announce();
    if (key == 0) {
      events.wait(key);
    } else {
      events.cancel();
    }
    check(message.get() == 1, "notified without the message");
  });
  start("notifier", [&] {
    message.set(1);
    events.notify_all();
  });
  join_all();
}

void notification_in_time_publishes() {
  event_count events;
  policy::plain<int> message{0};
  start("waiter", [&] {
    const auto key = events.announce();
    if (key != 0) {
      events.cancel();
    } else if (events.wait_until(key, std::chrono::steady_clock::time_point())) {
      check(message.get() == 1, "notified without the message");
    }
  });
  start("notifier", [&] {
    message.set(1);
    events.notify_all();
  });
  join_all();
}

void room_for_one_more() {
  pending_bound bound(1);
  check(bound.try_acquire(), "an empty bound is full");
  start("submitter", [&] {
    while (!bound.try_acquire()) {
      bound.wait_for_room([] { return false; });
    }
  });
  start("leaver", [&] { bound.release(); });
  join_all();
  check(!bound.try_acquire(), "two permits where there is one");
}

void room_for_two_waiters() {
  pending_bound bound(1);
  check(bound.try_acquire(), "an empty bound is full");
  for (int i = 0; i < 2; ++i) {
    start("submitter", [&] {
      while (!bound.try_acquire()) {
        bound.wait_for_room([] { return false; });
      }
      bound.release();
    });
  }
  start("leaver", [&] { bound.release(); });
  join_all();
  check(bound.try_acquire(), "a permit is lost");
}

void one_claim_wins() {
  filch::detail::basic_claim<policy> c;
  int won = 0;
  for (int i = 0; i < 3; ++i) {
    start("claimer", [&] { won += c.try_claim() ? 1 : 0; });
  }
  join_all();
  check(won == 1, "not exactly one claim won");
}

void last_reference_frees() {
  filch::detail::basic_ref_count<policy> count(2);
  policy::plain<int> object{0};
  for (int i = 0; i < 2; ++i) {
    start("holder", [&] {
      static_cast<void>(object.get());
      if (count.drop()) {
        object.set(1);  // frees it
      }
    });
  }
  join_all();
  check(object.get() == 1, "nobody was the last");
}

// An exception is reported once, by whichever comes later, and is written by then.
void failure_against_detach() {
  filch::detail::basic_fate<policy> fate;
  policy::plain<int> error{0};
  policy::plain<int> sink{0};
  policy::atomic<int> reports{0};
  const auto report = [&](policy::plain<int>& must_be_there) {
    check(must_be_there.get() == 1, "reported before it is written");
    reports.fetch_add(1, std::memory_order_relaxed);
  };
  start("task", [&] {
    error.set(1);
    if (fate.fail()) {
      report(sink);
    }
  });
  start("handle", [&] {
    sink.set(1);
    if (fate.let_go()) {
      report(error);
    }
  });
  join_all();
  check(reports.load(std::memory_order_relaxed) == 1, "not reported exactly once");
}

// The watcher's parker is new: whoever calls must see it whole.
void call_sees_the_parker() {
  filch::detail::basic_watch_slot<policy, filch_model::waiter> slot;
  std::optional<parker> p;
  start("watcher", [&] {
    p.emplace();
    slot.watch(*p);
    slot.unwatch(*p);
  });
  start("owner", [&] {
    if (slot.is_watched()) {
      slot.unpark_watcher();
    }
  });
  join_all();
  check(!slot.is_watched(), "watched although unwatched");
}

const std::vector<model> models = {
    {"event count: wait for a condition", wait_for_a_condition},
    {"event count: a notification publishes", notification_publishes},
    {"event count: a notification in time publishes", notification_in_time_publishes},
    {"bound: room for one more", room_for_one_more},
    {"bound: two waiters, one permit", room_for_two_waiters},
    {"claim: one of three wins", one_claim_wins},
    {"references: the last one frees", last_reference_frees},
    {"fate: a failure against a detach", failure_against_detach},
    {"watch slot: the caller sees the parker", call_sees_the_parker},
};

TEST_CASE("counters: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("counters: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"event_count.hpp", "pending_bound.hpp", "ref_count.hpp",
                                                     "fate.hpp", "watch_slot.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("counters: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
