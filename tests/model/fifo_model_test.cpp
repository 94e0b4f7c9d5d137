// SPDX-License-Identifier: BSL-1.0
#include "src/queues/spmc_fifo.hpp"

#include <array>
#include <cstddef>
#include <limits>

#include "explorer/policy.hpp"
#include "last_look.hpp"
#include "models.hpp"
#include "slot_guard.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::ring_index;
using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::last_look;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

/// A fifo of item numbers; what each stands for is written before it is published and changed by its taker.
class world {
 public:
  explicit world(std::size_t capacity, std::size_t items = 0, ring_index first = 0) : fifo_(capacity, first) {
    for (std::size_t i = 0; i < items; ++i) {
      push();
    }
  }

  void append(std::size_t pending) {
    payload_[pushed_].set(1);
    fifo_.append(pushed_++, pending);
  }

  void publish(std::size_t count) { fifo_.publish(count); }

  void push() {
    append(0);
    publish(1);
  }

  /// Two items in the order in which an inbox gives them, newest first, turned round.
  void push_two_reversed() {
    payload_[pushed_].set(1);
    payload_[pushed_ + 1].set(1);
    fifo_.append(pushed_ + 1, 0);
    fifo_.append(pushed_, 1);
    pushed_ += 2;
    fifo_.reverse_pending(2);
    fifo_.publish(2);
  }

  steal_status take() {
    const auto r = fifo_.take();
    if (r.status == steal_status::got) {
      note(r.item);
    }
    return r.status;
  }

  /// Returns the last item taken.
  std::size_t take_half() {
    std::array<std::size_t, 4> items{};
    std::size_t taken = 0;
    if (fifo_.take_half(items.data(), items.size(), taken) != steal_status::got) {
      return none;
    }
    for (std::size_t i = 0; i < taken; ++i) {
      note(items[i]);
      check(i == 0 || items[i] == items[i - 1] + 1, "items are out of order");
    }
    return items[taken - 1];
  }

  bool looks_empty() { return fifo_.empty(); }

  void finish() {
    while (take() == steal_status::got) {
    }
    for (std::size_t i = 0; i < pushed_; ++i) {
      check(payload_[i].get() == 2, "an item is lost");
    }
  }

  static constexpr std::size_t none = 99;

 private:
  void note(std::size_t item) {
    check(item < payload_.size(), "what was taken is no item");
    check(payload_[item].get() == 1, "an item is taken twice");
    payload_[item].set(2);
  }

  filch::detail::spmc_fifo<std::size_t, policy> fifo_;
  std::array<policy::plain<int>, 8> payload_;
  std::size_t pushed_ = 0;
};

std::function<void()> pushes_against_takers(std::size_t capacity, std::size_t items, int pushes,
                                            std::vector<int> takers, ring_index first = 0) {
  return [=] {
    world w(capacity, items, first);
    start("owner", [&] {
      for (int i = 0; i < pushes; ++i) {
        w.push();
      }
    });
    for (const int tries : takers) {
      start("taker", [&w, tries] {
        for (int i = 0; i < tries; ++i) {
          w.take();
        }
      });
    }
    join_all();
    w.finish();
  };
}

void halves_against_each_other() {
  world w(4, 3);
  start("owner", [&] {
    w.push();
    w.take();
  });
  start("half 1", [&] { static_cast<void>(w.take_half()); });
  start("half 2", [&] { static_cast<void>(w.take_half()); });
  join_all();
  w.finish();
}

void a_batch_becomes_visible_whole() {
  world w(2, 1);
  start("owner", [&] { w.push_two_reversed(); });
  start("taker", [&] {
    w.take();
    static_cast<void>(w.take_half());
  });
  start("half", [&] { static_cast<void>(w.take_half()); });
  join_all();
  w.finish();
}

void items_come_in_order() {
  world w(2);
  std::size_t last = world::none;
  start("owner", [&] {
    w.push();
    w.push();
  });
  start("taker", [&] {
    for (int i = 0; i < 2; ++i) {
      const std::size_t item = w.take_half();
      check(item == world::none || last == world::none || item > last, "a newer item came first");
      last = item == world::none ? last : item;
    }
  });
  join_all();
  w.finish();
}

void published_before_the_look_for_sleepers() {
  world w(2);
  const last_look looks([&] { w.push(); }, [&] { return w.looks_empty(); });
  join_all();
  check(looks.one_saw_the_other(), "submitter and sleeper missed each other");
  w.finish();
}

void slots_are_read_before_they_are_written_again() {
  filch::detail::spmc_fifo<std::size_t, policy> fifo(1);
  filch_model::slot_guard guard(1);
  std::size_t pushed = 0;
  filch_model::run::current()->on_point([&](filch::detail::test_point where) {
    if (where == filch::detail::test_point::fifo_take_before_take) {
      guard.before_take();
    } else if (where == filch::detail::test_point::fifo_push_before_publish) {
      guard.written(pushed);
    }
  });
  const auto push = [&] {
    fifo.push(pushed);
    ++pushed;
  };
  push();
  start("taker", [&] {
    if (const auto r = fifo.take(); r.status == steal_status::got) {
      guard.taken(r.item);
    }
  });
  start("owner", [&] {
    if (fifo.take().status == steal_status::empty) {
      push();  // the fifo need not grow
    }
  });
  join_all();
}

// Whoever finds the fifo empty sees what the last taker did before.
void taken_and_busy() {
  world w(2, 1);
  policy::atomic<int> busy{0};
  start("taker", [&] {
    busy.store(1, std::memory_order_relaxed);
    w.take();
  });
  start("collector", [&] {
    if (w.looks_empty()) {
      check(busy.load(std::memory_order_relaxed) == 1, "taken by nobody");
    }
  });
  join_all();
  w.finish();
}

const std::vector<model> models = {
    {"push against take", pushes_against_takers(2, 0, 2, {2})},
    {"two takers of one item", pushes_against_takers(2, 1, 1, {1, 1})},
    {"growth against a taker", pushes_against_takers(1, 1, 2, {2})},
    {"growth against two takers", pushes_against_takers(2, 2, 1, {1, 1})},
    {"slots are read before they are written again", slots_are_read_before_they_are_written_again},
    {"slots are used again while a slow taker reads", pushes_against_takers(1, 1, 2, {1, 1})},
    {"indices over the end of the range", pushes_against_takers(2, 1, 2, {2}, std::numeric_limits<ring_index>::max())},
    {"halves against each other and the owner", halves_against_each_other},
    {"a batch, reversed, against takers", a_batch_becomes_visible_whole},
    {"items come in order", items_come_in_order},
    {"an empty fifo has a busy taker", taken_and_busy},
    {"a publication is announced to a sleeper", published_before_the_look_for_sleepers},
};

TEST_CASE("fifo: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("fifo: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"spmc_fifo.hpp", "growing_ring.hpp"}) ==
          std::vector<std::string>{});
}

TEST_CASE("fifo: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
