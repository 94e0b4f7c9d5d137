// SPDX-License-Identifier: BSL-1.0
// What a waiter or thief learns of the descent of a fork while it takes it (docs/design/waiting.md, "Lineage").
#include <filch/detail/queues/fork_deque.hpp>
#include <filch/detail/worker/fork_host.hpp>

#include <string>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "src/worker/lineage.hpp"
#include "support/catch.hpp"

namespace {

using filch::detail::steal_effort;
using filch::detail::steal_status;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;
using lineage = filch::detail::basic_lineage<policy>;

/// A worker that runs one job after the other. Each forks once, an item that tells which job forked it.
class victim {
 public:
  void run_job(int job) {
    lineage::path descent;
    descent.add(&ids_[0]);
    descent.add(&ids_[job]);
    lineage_.set(descent);
    const auto index = forks_.owner().push(job);
    static_cast<void>(forks_.owner().pop(index));
    lineage_.set({});
  }

  // A job of which nothing is known.
  void begin_other(int job) { static_cast<void>(forks_.owner().push(job)); }

  // As a waiter for `job` does.
  void help(int job) {
    if (!lineage_.has(&ids_[job], 1)) {
      return;
    }
    const auto r = forks_.thief().steal_if(steal_effort::any, [&](int) { return lineage_.has(&ids_[job], 1); });
    check(r.status != steal_status::got || r.item == job, "no descendant");
  }

  // As one who looks for work does.
  void steal() {
    lineage::path descent;
    const auto r = forks_.thief().steal_if(steal_effort::any, [&](int) {
      lineage_.copy_to(descent);
      return true;
    });
    check(r.status != steal_status::got || (descent.depth == 2 && descent.ids[1] == &ids_[r.item]), "a wrong descent");
  }

 private:
  int ids_[3]{};
  lineage lineage_;
  filch::detail::fork_deque<int, policy, 2> forks_;
};

void a_waiter_takes_descendants() {
  victim v;
  start("victim", [&] {
    v.run_job(0);
    v.run_job(1);
    v.begin_other(2);
  });
  start("waiter", [&] { v.help(1); });
  join_all();
}

void a_thief_learns_the_descent() {
  victim v;
  start("victim", [&] {
    v.run_job(0);
    v.run_job(1);
  });
  start("thief", [&] { v.steal(); });
  join_all();
}

void two_waiters() {
  victim v;
  start("victim", [&] {
    v.run_job(0);
    v.begin_other(1);
  });
  start("waiter 1", [&] { v.help(0); });
  start("waiter 2", [&] { v.help(0); });
  join_all();
}

// A spare that is made after the fork steals it. What it is made of are plain variables: a use that does not happen
// after they were made is a race.
void a_waiter_meets_a_thief_that_was_just_made() {
  struct spare {
    policy::plain<int> queue{0};
  };
  spare thief;
  filch::detail::basic_thief_mark<spare, policy> mark;
  start("maker", [&] {
    thief.queue.set(1);
    mark.set(thief);
  });
  start("waiter", [&] {
    if (spare* const found = mark.get()) {
      check(found->queue.get() == 1, "not made yet");
    }
  });
  join_all();
}

const std::vector<model> models = {
    {"a waiter meets a thief that was just made", a_waiter_meets_a_thief_that_was_just_made},
    {"a waiter takes only descendants", a_waiter_takes_descendants},
    {"a thief learns the descent", a_thief_learns_the_descent},
    {"two waiters", two_waiters},
};

TEST_CASE("lineage: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("lineage: every weaker order of the thief's mark is caught") {
  REQUIRE(filch_model::unnoticed_weakenings(models, {"fork_host.hpp"}) == std::vector<std::string>{});
}

TEST_CASE("lineage: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
