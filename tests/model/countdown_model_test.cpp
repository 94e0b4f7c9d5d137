// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/countdown.hpp>

#include <string>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"

// Two nodes of a graph precede a third one, which the last of them begins.

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

class third_node {
 public:
  third_node() { left_.begin(2); }

  // A result is a plain variable: a use that does not happen after it was made is a race.
  void end_predecessor(int i) {
    results_[i].set(1);
    if (left_.end_one()) {
      check(results_[0].get() + results_[1].get() == 2, "both results");
      ran_.set(ran_.get() + 1);
    }
  }
  [[nodiscard]] int ran() { return ran_.get(); }

 private:
  policy::plain<int> results_[2]{policy::plain<int>(0), policy::plain<int>(0)};
  policy::plain<int> ran_{0};
  filch::detail::basic_countdown<policy> left_;
};

void the_last_of_two_begins_the_third() {
  third_node n;
  start("one", [&] { n.end_predecessor(0); });
  start("two", [&] { n.end_predecessor(1); });
  join_all();
  check(n.ran() == 1, "once");
}

const std::vector<model> models = {
    {"the last of two begins the third", the_last_of_two_begins_the_third},
};

TEST_CASE("countdown: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("countdown: every weaker order is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"countdown.hpp"}) == std::vector<std::string>{});
}

}  // namespace
