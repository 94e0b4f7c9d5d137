// SPDX-License-Identifier: BSL-1.0
// How a group counts its jobs: in one word, and what its owner adds and runs by stores alone.
#include <optional>
#include <string>
#include <vector>

#include <filch/detail/fork_join/group_counter.hpp>

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
using group_counter = filch::detail::basic_group_counter<policy>;

struct group {
  group_counter counter;
  latch done;

  void finish() {
    if (counter.finish() == group_counter::finished::last_awaited) {
      done.set();
    }
  }

  void wait(parker& p) {
    if (counter.begin_wait() == group_counter::waiting::must_wait && done.arm(p)) {
      do {
        p.park();
      } while (!done.is_set());
    }
  }
};

/// A queue with at most one child in it.
class single_slot {
 public:
  void push() { full_.store(true, std::memory_order_release); }
  [[nodiscard]] bool take() { return full_.exchange(false, std::memory_order_acq_rel); }

 private:
  policy::atomic<bool> full_{false};
};

// Two jobs and a waiter: the last job signals for both, and nobody touches the group after that.
void group_of_two() {
  std::optional<group> g{std::in_place};
  parker p;
  policy::plain<int> a{0};
  policy::plain<int> b{0};
  g->counter.add();
  g->counter.add();
  const auto job = [&](policy::plain<int>& work) {
    work.set(1);
    g->finish();
  };
  start("job 1", [&] { job(a); });
  start("job 2", [&] { job(b); });
  start("waiter", [&] {
    g->wait(p);
    g.reset();
    check(a.get() == 1 && b.get() == 1, "a job's work is not there");
  });
  join_all();
}

// The waiter gives up when it likes. Either it is not signalled and the group goes on, or the last job has seen it and
// signals once.
void waiter_gives_up() {
  std::optional<group> g{std::in_place};
  parker p;
  policy::plain<int> work{0};
  g->counter.add();
  start("job", [&] {
    work.set(1);
    g->finish();
  });
  start("waiter", [&] {
    bool finished = g->counter.begin_wait() == group_counter::waiting::nothing_left;
    if (!finished) {
      static_cast<void>(g->done.arm(p));
      finished = !g->counter.cancel_wait();
      const bool signalled = !g->done.disarm(p);
      check(finished || !signalled, "a signal for a waiter that has given up");
      if (finished && !signalled && g->done.arm(p)) {
        do {
          p.park();
        } while (!g->done.is_set());
      }
      g->done.reset();
    }
    if (!finished) {
      g->wait(p);
    }
    g.reset();
    check(work.get() == 1, "the job's work is not there");
  });
  join_all();
}

// What is over leaves nothing behind: the next job is the group's first.
void group_is_used_again() {
  group_counter counter;
  counter.add();
  start("job", [&] { static_cast<void>(counter.finish()); });
  start("waiter", [&] {
    if (counter.begin_wait() == group_counter::waiting::nothing_left) {
      counter.add();
      check(counter.finish() == group_counter::finished::last_unawaited, "awaited by nobody");
    }
  });
  join_all();
  check(counter.begin_wait() == group_counter::waiting::nothing_left, "a job is left");
  counter.add();
  check(counter.begin_wait() == group_counter::waiting::must_wait, "a job is missing");
  check(counter.finish() == group_counter::finished::last_awaited, "not the last");
  counter.add();
  check(counter.finish() == group_counter::finished::last_unawaited, "a signal for a waiter that has gone");
}

// The latch may be set before the waiter looks: is_set alone must carry both jobs' work.
void group_is_polled() {
  group_counter counter;
  policy::plain<int> a{0};
  policy::plain<int> b{0};
  counter.add();
  counter.add();
  const auto job = [&](policy::plain<int>& work) {
    work.set(1);
    static_cast<void>(counter.finish());
  };
  start("job 1", [&] { job(a); });
  start("job 2", [&] { job(b); });
  start("waiter", [&] {
    if (counter.begin_wait() == group_counter::waiting::nothing_left) {
      check(a.get() == 1 && b.get() == 1, "a job's work is not there");
    }
  });
  join_all();
}

// The owner adds two children, has one back and waits for the thief of the other, which may have finished long before.
void owner_waits_for_a_thief() {
  std::optional<group> g{std::in_place};
  parker p;
  single_slot queue;
  policy::plain<int> a{0};
  policy::plain<int> b{0};
  start("owner", [&] {
    g->counter.add_biased();
    queue.push();
    g->counter.add_biased();
    b.set(1);
    g->counter.end_biased();
    if (queue.take()) {
      a.set(1);
      g->counter.end_biased();
    }
    check(g->counter.finish_biased() == group_counter::finished::not_last, "awaited by nobody yet");
    if (!g->counter.is_zero_for_owner()) {
      g->counter.suspend_bias();
      g->wait(p);
      g->counter.restore_bias();
    }
    g.reset();
    check(a.get() == 1 && b.get() == 1, "a child's work is not there");
  });
  start("thief", [&] {
    if (queue.take()) {
      a.set(1);
      g->finish();
    }
  });
  join_all();
}

/// A group of which the waiter says only whether it must wait, and that counts the signals.
struct watched_group {
  group_counter counter;
  policy::plain<int> a{0};
  policy::plain<int> b{0};
  int signals = 0;
  bool must_wait = false;

  void finish(policy::plain<int>& work) {
    work.set(1);
    signals += counter.finish() == group_counter::finished::last_awaited ? 1 : 0;
  }

  void wait_elsewhere() {
    counter.revoke();
    must_wait = counter.begin_wait() == group_counter::waiting::must_wait;
    if (!must_wait) {
      check(a.get() == 1 && b.get() == 1, "nothing is left, but a child's work is not there");
    }
  }

  void check_end() const { check(signals == (must_wait ? 1 : 0), "the waiter is not signalled once"); }
};

// The group's owner runs a job of the group and adds a child, while another thread waits.
void owner_adds_against_a_waiter() {
  watched_group g;
  single_slot queue;
  g.counter.add();
  start("owner", [&] {
    g.counter.add_biased();
    queue.push();
    if (queue.take()) {
      g.counter.release();
      g.finish(g.a);
    }
    g.finish(g.b);
  });
  start("thief", [&] {
    if (queue.take()) {
      g.finish(g.a);
    }
  });
  start("waiter", [&] { g.wait_elsewhere(); });
  join_all();
  g.check_end();
}

// A child leaves its owner and is run as any other, another was stolen, while another thread waits.
void child_leaves_against_a_waiter() {
  watched_group g;
  g.counter.add_biased();
  g.counter.add_biased();
  start("owner", [&] {
    g.counter.release();
    g.finish(g.a);
  });
  start("thief", [&] { g.finish(g.b); });
  start("waiter", [&] { g.wait_elsewhere(); });
  join_all();
  g.check_end();
}

// Whoever destroys the group finds nothing counted.
void group_is_destroyed_unawaited() {
  group_counter counter;
  policy::plain<int> work{0};
  counter.add();
  start("job", [&] {
    work.set(1);
    static_cast<void>(counter.finish());
  });
  start("destroyer", [&] {
    if (counter.is_untouched()) {
      check(work.get() == 1, "nothing is counted, but the job's work is not there");
    }
  });
  join_all();
}

const std::vector<model> models = {
    {"two jobs, a waiter, then destruction", group_of_two},
    {"a waiter gives up", waiter_gives_up},
    {"used again", group_is_used_again},
    {"nothing left carries the work", group_is_polled},
    {"nothing counted carries the work", group_is_destroyed_unawaited},
    {"the owner waits for a thief", owner_waits_for_a_thief},
    {"the owner adds against a waiter elsewhere", owner_adds_against_a_waiter},
    {"a child leaves its owner against a waiter elsewhere", child_leaves_against_a_waiter},
};

TEST_CASE("group: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("group: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"group_counter.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("group: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
