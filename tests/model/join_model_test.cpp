// SPDX-License-Identifier: BSL-1.0
// The life of a spawned task between its entry in a queue and its handle.
#include <filch/detail/job/task_life.hpp>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"
#include "waiter.hpp"

namespace {

using filch::detail::claimed;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::parker;
using filch_model::policy;
using filch_model::start;

// What happened to the tasks of a scenario, seen when all threads have ended.
struct ledger {
  policy::atomic<int> runs{0};
  policy::atomic<int> drops{0};
  policy::atomic<int> reports{0};
  policy::atomic<int> ends{0};

  static void count(policy::atomic<int>& n) { n.fetch_add(1, std::memory_order_relaxed); }
  static int number(const policy::atomic<int>& n) { return n.load(std::memory_order_relaxed); }
};

// Its memory is given back when it is disposed of, so the explorer sees whoever comes later.
class task : public filch::detail::basic_task_life<task, policy, filch_model::waiter> {
 public:
  task(ledger& l, bool fails) : ledger_(l), fails_(fails) {}

  /// Handle, after the end.
  [[nodiscard]] int result() const { return result_.get(); }
  [[nodiscard]] bool take_error() {
    const bool there = error_.get();
    error_.set(false);
    return there;
  }
  void wait(parker& p) {
    if (done().arm(p)) {
      do {
        p.park();
      } while (!is_finished());
    }
  }

 private:
  friend basic_task_life;

  void run_body() noexcept {
    ledger::count(ledger_.runs);
    result_.set(7);
    error_.set(fails_);
  }
  void drop_body() noexcept {
    ledger::count(ledger_.drops);
    result_.set(-1);
  }
  [[nodiscard]] bool has_failed() const noexcept { return error_.get(); }
  void prepare_report() noexcept { sink_.set(1); }
  void report() noexcept {
    check(sink_.get() == 1, "reported to nobody");
    if (error_.get()) {
      error_.set(false);
      ledger::count(ledger_.reports);
    }
  }
  void dispose() noexcept {
    static_cast<void>(result_.get());
    ledger::count(ledger_.ends);
    delete this;
  }

  ledger& ledger_;
  bool fails_;
  policy::plain<int> result_{0};
  policy::plain<bool> error_{false};
  policy::plain<int> sink_{0};
};

void check_ledger(const ledger& l, int runs, int drops, int reports) {
  check(ledger::number(l.runs) == runs, "not run as often as it should");
  check(ledger::number(l.drops) == drops, "not dropped as often as it should");
  check(ledger::number(l.reports) == reports, "not reported as often as it should");
  check(ledger::number(l.ends) == 1, "not freed exactly once");
}

void join_of_what_a_worker_runs() {
  ledger l;
  parker p;  // of a thread, so it outlives the wait
  task* const t = new task(l, false);
  start("entry", [&] { static_cast<void>(t->end_entry(claimed::to_run)); });
  start("handle", [&] {
    t->wait(p);
    check(t->result() == 7, "no result");
    t->drop_reference();
  });
  join_all();
  check_ledger(l, 1, 0, 0);
}

void join_that_claims() {
  ledger l;
  parker p;  // of a thread, so it outlives the wait
  task* const t = new task(l, false);
  claimed seen = claimed::not_yet;
  bool ran = false;
  start("entry", [&] { seen = t->end_entry(claimed::to_run); });
  start("handle", [&] {
    ran = t->claim_and_run();
    if (!ran) {
      t->wait(p);
    }
    check(!t->cancel(), "cancelled, and it has run");
    check(t->result() == 7, "no result");
    t->drop_reference();
  });
  join_all();
  check(seen == (ran ? claimed::to_run : claimed::not_yet), "the entry does not know who ran it");
  check_ledger(l, 1, 0, 0);
}

void look_then_fetch() {
  ledger l;
  task* const t = new task(l, true);
  start("entry", [&] { static_cast<void>(t->end_entry(claimed::to_run)); });
  start("handle", [&] {
    if (t->is_finished()) {
      check(t->take_error(), "no error");
      t->drop_reference();
      ledger::count(l.reports);  // told to the handle
    } else {
      t->detach();
    }
  });
  join_all();
  check_ledger(l, 1, 0, 1);
}

void cancel_against_an_entry() {
  ledger l;
  parker p;  // of a thread, so it outlives the wait
  task* const t = new task(l, false);
  bool cancelled = false;
  claimed seen = claimed::not_yet;
  start("entry", [&] { seen = t->end_entry(claimed::to_run); });
  start("handle", [&] {
    cancelled = t->cancel();
    t->wait(p);
    check(t->result() == (cancelled ? -1 : 7), "another result");
    t->drop_reference();
  });
  join_all();
  check(seen == (cancelled ? claimed::to_cancel : claimed::not_yet), "the entry does not know that it was cancelled");
  check_ledger(l, cancelled ? 0 : 1, cancelled ? 1 : 0, 0);
}

void discard_against_a_claim() {
  ledger l;
  parker p;  // of a thread, so it outlives the wait
  task* const t = new task(l, false);
  bool ran = false;
  claimed seen = claimed::not_yet;
  start("entry", [&] { seen = t->end_entry(claimed::to_cancel); });
  start("handle", [&] {
    ran = t->claim_and_run();
    if (!ran) {
      t->wait(p);
    }
    t->drop_reference();
  });
  join_all();
  check(seen == (ran ? claimed::to_run : claimed::not_yet), "the entry does not know that it ran");
  check_ledger(l, ran ? 1 : 0, ran ? 0 : 1, 0);
}

void failure_against_detach() {
  ledger l;
  task* const t = new task(l, true);
  start("entry", [&] { static_cast<void>(t->end_entry(claimed::to_run)); });
  start("handle", [&] { t->detach(); });
  join_all();
  check_ledger(l, 1, 0, 1);
}

const std::vector<model> models = {
    {"join of what a worker runs", join_of_what_a_worker_runs},
    {"join that claims", join_that_claims},
    {"a look, then fetch or detach, of a failure", look_then_fetch},
    {"cancel against an entry", cancel_against_an_entry},
    {"discard against a claim", discard_against_a_claim},
    {"a failure against detach", failure_against_detach},
};

TEST_CASE("join: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("join: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
