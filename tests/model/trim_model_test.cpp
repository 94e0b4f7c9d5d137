// SPDX-License-Identifier: BSL-1.0
#include "src/worker/worker_queues.hpp"

#include <array>
#include <cstddef>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "src/queues/hazard_flag.hpp"
#include "support/catch.hpp"

// The owner of queues trims them while thieves are about: a ring is not freed while one of them may read it, and no
// item is lost or taken twice because of it.

namespace {

using filch::detail::basic_queues;
using mark = filch::detail::basic_hazard_flag<filch_model::policy>;
using filch::detail::ring_index;
using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

/// What is queued: taken once, by whoever gets it.
struct item {
  item* next = nullptr;
  policy::plain<int> payload{0};

  void make() { payload.set(1); }
  void take() {
    check(payload.get() == 1, "an item is taken twice, or was never pushed");
    payload.set(2);
  }
};

/// Queues whose first rings have room for one.
class world {
 public:
  void push_task() {
    item& i = next();
    queues_.tasks.owner().push(&i);
  }
  void push_to_fifo() {
    item& i = next();
    queues_.fifo.push(&i);
  }

  void pop_task() {
    item* i = nullptr;
    if (queues_.tasks.owner().pop(i)) {
      i->take();
    }
  }

  void steal_task() {
    read_and_take([&] { return queues_.tasks.thief().steal(); });
  }
  void steal_from_fifo() {
    read_and_take([&] { return queues_.fifo.take(); });
  }

  void take_from_fifo() {
    if (const auto r = queues_.fifo.take(); r.status == steal_status::got) {
      r.item->take();
    }
  }

  void trim() {
    queues_.trim([&] { return mark::none_is_set([&](auto is_set) { return is_set(reading_); }); }, [](auto) {});
  }

  void finish() {
    while (queues_.tasks.owner().size() != 0) {
      pop_task();
    }
    while (!queues_.fifo.empty()) {
      take_from_fifo();
    }
    for (std::size_t i = 0; i < pushed_; ++i) {
      check(items_[i].payload.get() == 2, "an item is lost");
    }
  }

 private:
  item& next() {
    items_[pushed_].make();
    return items_[pushed_++];
  }

  template <class Take>
  void read_and_take(Take take) {
    reading_.begin();
    const auto r = take();
    reading_.end();
    if (r.status == steal_status::got) {
      r.item->take();
    }
  }

  basic_queues<item, policy> queues_{1};
  mark reading_;
  std::array<item, 5> items_;
  std::size_t pushed_ = 0;
};

// Two rings were left behind when the second and third task came; the one in use is given up when there is none left.
void tasks_are_trimmed() {
  world w;
  w.push_task();
  w.push_task();
  w.push_task();
  start("owner", [&] {
    w.pop_task();
    w.pop_task();
    w.pop_task();
    w.trim();
    w.push_task();
    w.push_task();  // for which the small ring has no room
  });
  start("thief", [&] { w.steal_task(); });
  join_all();
  w.finish();
}

void a_fifo_is_trimmed() {
  world w;
  w.push_to_fifo();
  w.push_to_fifo();
  start("owner", [&] {
    w.take_from_fifo();
    w.take_from_fifo();
    w.trim();
    w.push_to_fifo();
  });
  start("thief", [&] { w.steal_from_fifo(); });
  join_all();
  w.finish();
}

// With work in it: only what was left behind goes.
void growth_and_trim_at_once() {
  world w;
  w.push_task();
  start("owner", [&] {
    w.push_task();
    w.trim();
  });
  start("thief", [&] { w.steal_task(); });
  join_all();
  w.finish();
}

void what_was_kept_goes_later() {
  world w;
  w.push_task();
  w.push_task();
  start("owner", [&] {
    w.trim();
    w.pop_task();
    w.pop_task();
    w.trim();
  });
  start("thief", [&] { w.steal_task(); });
  join_all();
  w.finish();
}

const std::vector<model> models = {
    {"tasks are trimmed against a thief", tasks_are_trimmed},
    {"a fifo is trimmed against a thief", a_fifo_is_trimmed},
    {"a deque with work in it is trimmed", growth_and_trim_at_once},
    {"what was kept goes later", what_was_kept_goes_later},
};

TEST_CASE("trim: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("trim: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"hazard_flag.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("trim: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
