// SPDX-License-Identifier: BSL-1.0
#include "src/hazard.hpp"

#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
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

// What is in the pool is a plain variable: a use that does not happen before the end is a race.
struct pool {
  policy::plain<int> memory{0};
  policy::atomic<bool> task{false};
};

void submit(hazard& h, pool& p) {
  h.protect(&p);
  p.task.store(true, std::memory_order_release);
  static_cast<void>(p.memory.get());
  h.release();
}

void end_after_task(hazard& h, pool& p, parker& sleeper) {
  if (p.task.load(std::memory_order_acquire)) {
    h.wait_until_released(&p, sleeper);
    p.memory.set(1);
  }
}

void a_submission_against_the_end_of_its_pool() {
  hazard h;
  pool p;
  parker sleeper;
  start("submitter", [&] { submit(h, p); });
  start("worker", [&] { end_after_task(h, p, sleeper); });
  join_all();
}

void two_submissions_against_the_ends_of_two_pools() {
  hazard h;
  pool first;
  pool second;
  parker sleeper;
  start("submitter", [&] {
    submit(h, first);
    submit(h, second);
  });
  start("worker", [&] {
    end_after_task(h, first, sleeper);
    end_after_task(h, second, sleeper);
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
