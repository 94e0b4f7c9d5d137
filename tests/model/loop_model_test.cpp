// SPDX-License-Identifier: BSL-1.0
// The loop of a worker as shipped: it takes what is its own, searches and sleeps, over the shipped protocol and queues.
#include <functional>
#include <string>
#include <vector>

#include "models.hpp"
#include "small_pool.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::barriers;
using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::queue;
using filch_model::small_pool;
using filch_model::start;
using filch_model::task;

// A worker that sleeps is woken, runs the task and stops.
std::function<void()> a_task_of(queue kind) {
  return [kind] {
    small_pool pool(2, kind, barriers::heavy);
    pool.searches = true;
    task t;
    t.body = [&] { pool.stop(); };
    start("worker", [&] { pool.work(0); });
    start("submitter", [&] { pool.submit(1, t); });
    join_all();
    check(t.runs.get() == 1, "not run");
  };
}

const std::vector<model> models = {
    {"a task in an inbox", a_task_of(queue::inbox)},
    {"a task in another's deque", a_task_of(queue::tasks)},
    {"a task in another's fifo", a_task_of(queue::fifo)},
};

TEST_CASE("loop: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("loop: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
