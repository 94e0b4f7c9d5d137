// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/queues/fork_deque.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "slot_guard.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::ring_index;
using filch::detail::steal_effort;
using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

/// A fork deque of item numbers, whose owner pops in the order of forks and joins. What an item stands for is written
/// before its push and changed by whoever takes it, so an item that is taken twice, or too early, is a data race at
/// least.
template <std::size_t Capacity>
class world {
 public:
  explicit world(std::size_t items, ring_index first = 0, bool has_heavy_barrier = true)
      : deque_(first, has_heavy_barrier) {
    for (std::size_t i = 0; i < items; ++i) {
      push();
    }
  }

  void push() {
    payload_[pushed_].set(1);
    const ring_index index = deque_.owner().push(pushed_);
    open_[depth_++] = {pushed_, index, true};
    ++pushed_;
    if (deque_.owner().poll_requested(index) && !deque_.owner().acknowledge(index)) {
      pop();
      open_[depth_++] = {};  // no fork: its join has nothing to do
    }
  }

  void pop() {
    const fork last = open_[--depth_];
    if (!last.is_open) {
      return;
    }
    if (deque_.owner().pop(last.index)) {
      take(last.item);
    } else {
      ++missed_;
    }
  }

  steal_status steal(steal_effort effort) {
    const auto r = deque_.thief().steal(effort);
    if (r.status == steal_status::got) {
      take(r.item);
    }
    return r.status;
  }

  bool looks_empty() { return deque_.thief().empty(); }

  /// When all threads have ended: pops what is left. Every item must have been taken once.
  void finish() {
    while (depth_ > 0) {
      pop();
    }
    for (std::size_t i = 0; i < pushed_; ++i) {
      check(payload_[i].get() == 2, "an item is lost");
    }
    check(looks_empty(), "something is left");
  }

 private:
  struct fork {
    std::size_t item = 0;
    ring_index index = 0;
    bool is_open = false;
  };

  void take(std::size_t item) {
    check(item < payload_.size(), "what was taken is no item");
    check(payload_[item].get() == 1, "an item is taken twice");
    payload_[item].set(2);
  }

  filch::detail::fork_deque<std::size_t, policy, Capacity> deque_;
  std::array<policy::plain<int>, 6> payload_;
  std::array<fork, 6> open_{};
  std::size_t pushed_ = 0;
  std::size_t depth_ = 0;
  std::size_t missed_ = 0;
};

/// What the system has of heavy barriers: none, or some, or none any more, which the owner of the deque does not know.
enum class barriers : unsigned char { none, some, refused };

struct start_at {
  std::size_t items;
  ring_index first = 0;
  int stolen = 0;  // of the items
  barriers has = barriers::some;
};

struct thief {
  int tries;
  steal_effort effort;
};

constexpr auto any = steal_effort::any;
constexpr auto cheap = steal_effort::cheap;
constexpr auto none = barriers::none;
constexpr auto refused = barriers::refused;

// What the owner does: '+' pushes, '-' pops.
template <std::size_t Capacity = 4>
std::function<void()> owner_and_thieves(start_at begin, const char* owner, std::vector<thief> thieves) {
  return [begin, owner, thieves = std::move(thieves)] {
    world<Capacity> w(begin.items, begin.first, begin.has != barriers::none);
    if (begin.has == barriers::refused) {
      filch_model::run::current()->refuse_barriers();
    }
    for (int i = 0; i < begin.stolen; ++i) {
      w.steal(any);
    }
    start("owner", [&] {
      for (const char* step = owner; *step != '\0'; ++step) {
        if (*step == '+') {
          w.push();
        } else {
          w.pop();
        }
      }
    });
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

// Whoever finds the deque empty after a theft sees what the thief did before.
void empty_after_a_theft() {
  filch::detail::fork_deque<std::size_t, policy, 2> deque;
  policy::atomic<int> busy{0};
  static_cast<void>(deque.owner().push(0));
  start("thief", [&] {
    busy.store(1, std::memory_order_seq_cst);
    static_cast<void>(deque.thief().steal(any));
  });
  start("collector", [&] {
    if (deque.thief().empty()) {
      check(busy.load(std::memory_order_relaxed) == 1, "empty, and the thief not busy");
    }
  });
  join_all();
}

// Whoever hears a call sees what it was made for; and every call is heard by the next push that comes after it, at the
// latest.
void call_against_pushes() {
  filch::detail::fork_deque<std::size_t, policy, 4> deque;
  policy::atomic<int> wish{0};
  int heard = 0;
  const auto push = [&] {
    const ring_index index = deque.owner().push(0);
    if (deque.owner().poll_requested(index)) {
      check(deque.owner().acknowledge(index), "no room for one");
      heard = wish.load(std::memory_order_relaxed);
    }
    check(deque.owner().pop(index), "nobody steals here");
  };
  start("caller", [&] {
    for (const int reason : {1, 2}) {
      wish.store(reason, std::memory_order_relaxed);
      deque.thief().request_poll();
    }
  });
  start("owner", [&] {
    push();
    push();
  });
  join_all();
  push();
  check(heard == 2, "a call was not heard, or without its reason");
}

// A thief that waits for what the owner runs takes only what the owner forked meanwhile: the look between reading and
// taking settles it (docs/design/waiting.md, "Leapfrogging").
void steal_only_while_wanted() {
  filch::detail::fork_deque<int, policy, 2> forks;
  policy::atomic<bool> done{false};
  start("thief of the fork", [&] {
    // Forked by what is awaited, and after that something else.
    static_cast<void>(forks.owner().pop(forks.owner().push(1)));
    done.store(true, std::memory_order_release);
    static_cast<void>(forks.owner().pop(forks.owner().push(2)));
  });
  start("waiter", [&] {
    const auto r = forks.thief().steal_if(any, [&](auto) { return !done.load(std::memory_order_acquire); });
    check(r.status != steal_status::got || r.item == 1, "the waiter runs what it does not wait for");
  });
  join_all();
}

// A slot is written again only when the thief's read of it has happened before.
void slots_are_read_before_they_are_written_again() {
  filch::detail::fork_deque<std::size_t, policy, 2> deque;
  filch_model::slot_guard guard(2);
  std::size_t pushed = 0;
  filch_model::run::current()->on_point([&](filch::detail::test_point where) {
    if (where == filch::detail::test_point::fork_deque_steal_before_take) {
      guard.before_take();
    } else if (where == filch::detail::test_point::fork_deque_push_before_publish) {
      guard.written(pushed);
    }
  });
  const auto push = [&] {
    const ring_index index = deque.owner().push(pushed);
    ++pushed;
    return index;
  };
  static_cast<void>(push());
  start("thief", [&] {
    if (const auto r = deque.thief().steal(any); r.status == steal_status::got) {
      guard.taken(r.item);
    }
  });
  start("owner", [&] {
    if (const ring_index index = push(); deque.owner().poll_requested(index) && deque.owner().acknowledge(index)) {
      static_cast<void>(push());
    }
  });
  join_all();
}

const std::vector<model> models = {
    {"last item, one thief", owner_and_thieves({1}, "-", {{1, any}})},
    {"last item, two thieves", owner_and_thieves({1}, "-", {{1, any}, {1, cheap}})},
    {"two items, a pop and one thief", owner_and_thieves({2}, "-", {{2, any}})},
    {"two items, a pop and two thieves", owner_and_thieves({2}, "-", {{1, any}, {1, any}})},
    {"three items, a pop and two thieves", owner_and_thieves({3}, "-", {{1, any}, {1, any}})},
    {"a pop after a theft and two thieves", owner_and_thieves<8>({4, 0, 1}, "--", {{1, any}, {1, any}})},
    {"a thief that stays cheap", owner_and_thieves({2}, "--", {{2, cheap}})},
    {"push and pop, one thief", owner_and_thieves({0}, "+-", {{1, any}})},
    {"push, pop, push, one thief", owner_and_thieves({0}, "+-+", {{2, any}})},
    {"fork in a fork", owner_and_thieves({0}, "++--", {{2, any}})},
    {"a fork after two thefts", owner_and_thieves({0}, "++--+", {{2, any}})},
    {"an index is used again", owner_and_thieves<2>({1}, "-+-", {{1, any}, {1, cheap}})},
    {"an index is used again, further down", owner_and_thieves({1}, "+--+", {{1, cheap}, {1, any}})},
    {"an index is used again from an empty deque", owner_and_thieves({0}, "++-+", {{1, cheap}, {1, any}})},
    {"a theft within a push", owner_and_thieves({0}, "+++-", {{1, cheap}, {1, cheap}})},
    {"full, against a thief", owner_and_thieves<2>({1}, "++-", {{2, any}})},
    {"full, and a slot is used again", owner_and_thieves<2>({1}, "+--+", {{1, any}, {1, any}})},
    {"indices over the end of the range",
     owner_and_thieves<2>({1, std::numeric_limits<ring_index>::max()}, "+--", {{1, any}})},
    {"without barriers: last item, two thieves", owner_and_thieves({1, 0, 0, none}, "-", {{1, any}, {1, cheap}})},
    {"without barriers: two items, two pops, one thief", owner_and_thieves({2, 0, 0, none}, "--", {{2, any}})},
    {"without barriers: two items, a pop, two thieves", owner_and_thieves({2, 0, 0, none}, "-", {{1, any}, {1, any}})},
    {"without barriers: three items, a pop, two thieves",
     owner_and_thieves({3, 0, 0, none}, "-", {{1, any}, {1, any}})},
    {"without barriers: fork in a fork", owner_and_thieves({0, 0, 0, none}, "++--", {{2, any}})},
    {"without barriers: an index is used again", owner_and_thieves<2>({1, 0, 0, none}, "-+-", {{1, any}, {1, cheap}})},
    {"barriers are refused: two items, two pops, one thief", owner_and_thieves({2, 0, 0, refused}, "--", {{2, any}})},
    {"barriers are refused: a pop after a theft, two thieves",
     owner_and_thieves({3, 0, 1, refused}, "--", {{1, any}, {1, any}})},
    {"barriers are refused: a full deque, a slot again",
     owner_and_thieves<2>({1, 0, 0, refused}, "+--+", {{1, any}, {1, any}})},
    {"empty after a theft", empty_after_a_theft},
    {"a waiter steals only what it waits for", steal_only_while_wanted},
    {"slots are read before they are written again", slots_are_read_before_they_are_written_again},
    {"a call against pushes", call_against_pushes},
};

TEST_CASE("fork deque: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("fork deque: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"fork_deque.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("fork deque: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
