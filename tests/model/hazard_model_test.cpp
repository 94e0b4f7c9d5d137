// SPDX-License-Identifier: BSL-1.0
#include "src/parking/hazard.hpp"

#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "src/parking/wake_patience.hpp"
#include "src/worker/push_and_wake.hpp"
#include "support/catch.hpp"
#include "waiter.hpp"

// A submitter publishes a task and looks at the pool once more; the task ends the pool, whose memory is freed.

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::parker;
using filch_model::policy;
using filch_model::start;
using filch_model::waiter;

using hazard = filch::detail::basic_hazard<policy, waiter>;

struct job {
  job* next = nullptr;
};

// What is in the pool is a plain variable: a use that does not happen before the end is a race.
struct pool {
  void wake_one(filch::detail::wake_patience& /*patience*/) noexcept { static_cast<void>(memory.get()); }

  policy::plain<int> memory{0};
  filch::detail::inbox<job, policy> in;
};

// The submission as shipped.
class submitter {
 public:
  void submit(pool& p, job& j) noexcept {
    check(filch::detail::push_and_wake(this, p, p.in, j, j) == filch::detail::inbox_push::accepted, "refused");
  }

  [[nodiscard]] hazard& pool() noexcept { return pool_; }
  [[nodiscard]] filch::detail::wake_patience& patience() noexcept { return patience_; }

 private:
  hazard pool_;
  filch::detail::wake_patience patience_;
};

void end_after_task(submitter& s, pool& p, parker& sleeper) {
  if (p.in.drain() != nullptr) {
    s.pool().wait_until_released(&p, sleeper);
    p.memory.set(1);
  }
}

void a_submission_against_the_end_of_its_pool() {
  submitter s;
  pool p;
  job j;
  parker sleeper;
  start("submitter", [&] { s.submit(p, j); });
  start("worker", [&] { end_after_task(s, p, sleeper); });
  join_all();
}

void two_submissions_against_the_ends_of_two_pools() {
  submitter s;
  pool first;
  pool second;
  job one;
  job two;
  parker sleeper;
  start("submitter", [&] {
    s.submit(first, one);
    s.submit(second, two);
  });
  start("worker", [&] {
    end_after_task(s, first, sleeper);
    end_after_task(s, second, sleeper);
  });
  join_all();
}

const std::vector<model> models = {
    {"a submission against the end of its pool", a_submission_against_the_end_of_its_pool},
    {"two submissions against the ends of two pools", two_submissions_against_the_ends_of_two_pools},
};

TEST_CASE("hazard: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("hazard: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"hazard.hpp"}) == std::vector<std::string>{});
}

}  // namespace
