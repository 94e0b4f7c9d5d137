// SPDX-License-Identifier: BSL-1.0
#include "src/queues/chase_lev_deque.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "explorer/policy.hpp"
#include "last_look.hpp"
#include "models.hpp"
#include "slot_guard.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::ring_index;
using filch::detail::steal_effort;
using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::last_look;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

/// What the system has. Without heavy barriers the owner's fence is always up.
enum class barriers : unsigned char { none, heavy };

/// A deque of item numbers. What an item stands for is written before its push and changed by whoever takes it, so an
/// item that is taken twice, or too early, is a data race at least.
class world {
 public:
  explicit world(std::size_t capacity, barriers has = barriers::none, ring_index first = 0)
      : deque_(capacity, first, has == barriers::heavy) {}

  /// Pushes for '+', announces for 'a', pops for '-', takes the oldest for 'o', steals for 's'. From 'r' on the system
  /// refuses barriers.
  void play(const char* steps) {
    for (; *steps != '\0'; ++steps) {
      if (*steps == '+') {
        push();
      } else if (*steps == 'a') {
        deque_.owner().announce();
      } else if (*steps == 'r') {
        filch_model::run::current()->refuse_barriers();
      } else if (*steps == '-') {
        pop();
      } else if (*steps == 'o') {
        take_oldest();
      } else {
        steal();
      }
    }
  }

  void push() {
    payload_[pushed_].set(1);
    deque_.owner().push(pushed_++);
  }

  void push_announced() {
    push();
    deque_.owner().announce();
  }

  bool pop() {
    std::size_t item = none;
    if (!deque_.owner().pop(item)) {
      return false;
    }
    take(item);
    return true;
  }

  steal_status take_oldest() {
    const auto r = deque_.owner().take_oldest();
    if (r.status == steal_status::got) {
      take(r.item);
    }
    return r.status;
  }

  steal_status steal(steal_effort effort = steal_effort::any) {
    const auto r = deque_.thief().steal(effort);
    if (r.status == steal_status::got) {
      take(r.item);
    }
    return r.status;
  }

  bool looks_empty() { return deque_.thief().empty(); }

  /// When all threads have ended: takes what is left. Every item must have been taken once.
  void finish() {
    while (pop()) {
    }
    for (std::size_t i = 0; i < pushed_; ++i) {
      check(payload_[i].get() == 2, "an item is lost");
    }
  }

 private:
  static constexpr std::size_t none = 99;

  void take(std::size_t item) {
    check(item < payload_.size(), "what was taken is no item");
    check(payload_[item].get() == 1, "an item is taken twice");
    payload_[item].set(2);
  }

  filch::detail::chase_lev_deque<std::size_t, policy, 1> deque_;
  std::array<policy::plain<int>, 6> payload_;
  std::size_t pushed_ = 0;
};

struct start_at {
  std::size_t capacity;
  const char* before = "";  // what was played before, by one thread
  ring_index first = 0;
};

struct thief {
  thief(int n, steal_effort e = steal_effort::any) : tries(n), effort(e) {}
  int tries;
  steal_effort effort;
};

constexpr auto cheap = steal_effort::cheap;

std::function<void()> owner_and_thieves(barriers has, start_at begin, const char* owner, std::vector<thief> thieves) {
  return [=] {
    world w(begin.capacity, has, begin.first);
    w.play(begin.before);
    start("owner", [&] { w.play(owner); });
    for (const thief& t : thieves) {
      start("thief", [&w, t] {
        for (int i = 0; i < t.tries; ++i) {
          w.steal(t.effort);
        }
      });
    }
    join_all();
    w.finish();
  };
}

// The same on a system without heavy barriers: Chase and Lev's deque.
std::function<void()> owner_and_thieves(start_at begin, const char* owner, std::vector<thief> thieves) {
  return owner_and_thieves(barriers::none, begin, owner, std::move(thieves));
}
std::function<void()> fenceless_owner_and_thieves(start_at begin, const char* owner, std::vector<thief> thieves) {
  return owner_and_thieves(barriers::heavy, begin, owner, std::move(thieves));
}

// A submitter that pushes and looks for sleepers, and a sleeper that announces itself and looks for work: one sees the
// other.
void announced_push_and_last_look() {
  world w(2);
  const last_look looks([&] { w.push_announced(); }, [&] { return w.looks_empty(); });
  join_all();
  check(looks.one_saw_the_other(), "submitter and sleeper missed each other");
  w.finish();
}

// The same with a task that a thief may take meanwhile: then it is the thief's business.
void announced_push_after_another() {
  world w(2);
  w.push();
  const last_look looks([&] { w.push_announced(); }, [&] { return w.looks_empty(); });
  int stolen = 0;
  start("thief", [&] {
    for (int i = 0; i < 2; ++i) {
      stolen += w.steal() == steal_status::got ? 1 : 0;
    }
  });
  join_all();
  check(looks.one_saw_the_other() || stolen == 2, "submitter and sleeper missed each other");
  w.finish();
}

// One of two items is always there, so a thief that gets none has lost to the other.
void lost_is_not_empty(barriers has) {
  world w(2, has);
  w.play("++");
  for (int i = 0; i < 2; ++i) {
    start("thief", [&] { check(w.steal() != steal_status::empty, "a thief that lost is told empty"); });
  }
  join_all();
  w.finish();
}

// Whoever finds the deque empty after a theft sees what the thief did before.
void stolen_and_busy() {
  world w(2);
  w.push();
  policy::atomic<int> busy{0};
  start("thief", [&] {
    busy.store(1, std::memory_order_relaxed);
    w.steal();
  });
  start("collector", [&] {
    if (w.looks_empty()) {
      check(busy.load(std::memory_order_relaxed) == 1, "stolen by nobody");
    }
  });
  join_all();
  w.finish();
}

// As above, on a ring of fixed size, with an eye on the reads of its slots.
void slots_are_read_before_they_are_written_again() {
  filch::detail::chase_lev_deque<std::size_t, policy> deque(2, 0, false);
  filch_model::slot_guard guard(2);
  std::size_t pushed = 0;
  filch_model::run::current()->on_point([&](filch::detail::test_point where) {
    if (where == filch::detail::test_point::deque_steal_before_take) {
      guard.before_take();
    } else if (where == filch::detail::test_point::deque_push_before_publish) {
      guard.written(pushed);
    }
  });
  const auto push = [&] {
    deque.owner().push(pushed);
    ++pushed;
  };
  push();
  push();
  start("thief", [&] {
    if (const auto r = deque.thief().steal(); r.status == steal_status::got) {
      guard.taken(r.item);
    }
  });
  start("owner", [&] {
    if (deque.owner().size() == 1) {
      push();
    }
  });
  join_all();
}

const std::vector<model> models = {
    {"the last item: pop against steal", owner_and_thieves({2, "+"}, "-", {1})},
    {"the last item: pop against two thieves", owner_and_thieves({2, "+"}, "-", {1, 1})},
    {"push against steal", owner_and_thieves({2}, "++", {2})},
    {"pop on a fresh deque against steal", owner_and_thieves({2}, "-+", {1})},
    {"two items: two pops against two steals", owner_and_thieves({2, "++"}, "--", {2})},
    {"two items: a pop against two thieves", owner_and_thieves({2, "++"}, "-", {1, 1})},
    {"push and pop in turns against two thieves", owner_and_thieves({2}, "+-+-", {1, 1})},
    {"growth from one slot against a thief", owner_and_thieves({1}, "+++", {2})},
    {"growth against two thieves", owner_and_thieves({2, "++"}, "+-", {1, 1})},
    {"a slot is used again while a slow thief reads it", owner_and_thieves({1, "+"}, "-+", {1, 1})},
    {"slots are read before they are written again", slots_are_read_before_they_are_written_again},
    {"slots are used again after thefts", owner_and_thieves({2, "++"}, "+", {2, 1})},
    {"pop after growth against a thief", owner_and_thieves({1, "+"}, "+--", {2})},
    {"six steps of the owner against a thief", owner_and_thieves({2}, "++-+--", {2})},
    {"three thieves and a pop", owner_and_thieves({2, "++"}, "-", {1, 1, 1})},
    {"indices over the end of the range",
     owner_and_thieves({2, "+", std::numeric_limits<ring_index>::max()}, "+--", {2})},
    {"indices over 32 bits", owner_and_thieves({2, "+", std::numeric_limits<std::uint32_t>::max()}, "+-", {1, 1})},
    {"indices over zero", owner_and_thieves({2, "", -2}, "++--", {1, 1})},
    {"fenceless: the last item, one thief", fenceless_owner_and_thieves({2, "+"}, "-", {1})},
    {"fenceless: the last item, two thieves", fenceless_owner_and_thieves({2, "+"}, "-", {1, {1, cheap}})},
    {"fenceless: push against steal", fenceless_owner_and_thieves({2}, "++", {2})},
    {"fenceless: pop and push against steal", fenceless_owner_and_thieves({2}, "-+", {1})},
    {"fenceless: two pops against two steals", fenceless_owner_and_thieves({2, "++"}, "--", {2})},
    {"fenceless: a pop against two thieves", fenceless_owner_and_thieves({2, "++"}, "-", {1, {1, cheap}})},
    {"fenceless: push and pop in turns", fenceless_owner_and_thieves({2}, "+-+-", {1})},
    {"fenceless: growth against a thief", fenceless_owner_and_thieves({1}, "+++-", {2})},
    {"fenceless: an index is used again", fenceless_owner_and_thieves({2, "++"}, "--+", {1, {1, cheap}})},
    {"fenceless: two who raise the fence", fenceless_owner_and_thieves({2, "+"}, "-", {1, 1})},
    {"the fence is up, two thieves", fenceless_owner_and_thieves({4, "+++s"}, "-", {1, 1})},
    {"the fence is lowered against a thief", fenceless_owner_and_thieves({4, "+++++s-"}, "--", {2})},
    {"the fence is lowered against two thieves", fenceless_owner_and_thieves({4, "++++s-"}, "--", {1, {1, cheap}})},
    {"the fence is lowered, and an index is used again", fenceless_owner_and_thieves({4, "++++s-"}, "--+-", {1})},
    {"the fence was lowered, two thieves", fenceless_owner_and_thieves({4, "++++s--"}, "-", {1, {1, cheap}})},
    {"the owner takes the oldest against two thieves", owner_and_thieves({2, "++"}, "o-", {1, 1})},
    {"fenceless: the owner takes the oldest against a thief", fenceless_owner_and_thieves({2, "++"}, "o-", {2})},
    {"fenceless: the owner takes the oldest, two thieves",
     fenceless_owner_and_thieves({2, "++"}, "o-", {1, {1, cheap}})},
    {"fenceless: the owner takes the last as the oldest", fenceless_owner_and_thieves({2, "+"}, "o+-", {1})},
    {"barriers are refused: a pop against two thieves", fenceless_owner_and_thieves({2, "++"}, "r-", {1, {1, cheap}})},
    {"barriers are refused: two pops against two steals", fenceless_owner_and_thieves({4, "+++"}, "r--", {2})},
    {"barriers are refused: an announced push and a pop",
     fenceless_owner_and_thieves({4, "+"}, "r+a-", {1, {1, cheap}})},
    {"barriers are refused: once more after the fence was lowered",
     fenceless_owner_and_thieves({4, "+++++s-"}, "-r-a", {1, {1, cheap}})},
    {"a push is announced to a sleeper", announced_push_and_last_look},
    {"a second push is announced while a thief takes", announced_push_after_another},
    {"a thief that lost is not told empty", [] { lost_is_not_empty(barriers::none); }},
    {"fenceless: a thief that lost is not told empty", [] { lost_is_not_empty(barriers::heavy); }},
    {"an empty deque has a busy thief", stolen_and_busy},
};

TEST_CASE("deque: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("deque: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"chase_lev_deque.hpp", "growing_ring.hpp", "pop_fence.hpp"}) ==
          std::vector<std::string>{});
}

TEST_CASE("deque: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
