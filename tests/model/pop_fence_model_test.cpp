// SPDX-License-Identifier: BSL-1.0
// What two thieves and an owner make of the fence between them; the deque's models have the rest.
#include "src/queues/pop_fence.hpp"

#include <string>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

// Two thieves raise the fence, and the owner lowers it, and pops then. It announces that by `bottom`, and `top` says
// what was taken before: as in the deque, of an owner that passes no fence and a thief that finds it up, one sees the
// other.
void lowered_between_two_raises() {
  filch::detail::pop_fence<policy> fence(true);
  policy::atomic<int> top{0};
  policy::atomic<int> bottom{0};
  bool owner_missed_the_thief = false;
  bool thief_missed_the_owner = false;
  start("owner", [&] {
    if (fence.is_wanted()) {
      fence.lower();
      static_cast<void>(top.load(std::memory_order_seq_cst));
    }
    bottom.store(1, std::memory_order_release);
    owner_missed_the_thief = !fence.is_wanted() && top.load(std::memory_order_relaxed) == 0;
  });
  start("thief", [&] {
    check(fence.raise(), "no barrier");
    top.store(1, std::memory_order_release);
    static_cast<void>(top.load(std::memory_order_seq_cst));
    thief_missed_the_owner = fence.is_up() && bottom.load(std::memory_order_seq_cst) == 0;
  });
  start("another thief", [&] { check(fence.raise(), "no barrier"); });
  join_all();
  check(!owner_missed_the_thief || !thief_missed_the_owner, "both take the same item");
}

const std::vector<model> models = {
    {"the fence is lowered between two raises", lowered_between_two_raises},
};

TEST_CASE("pop fence: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("pop fence: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
