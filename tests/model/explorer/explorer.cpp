// SPDX-License-Identifier: BSL-1.0
#include "explorer/explorer.hpp"

#include <chrono>
#include <memory>
#include <sstream>
#include <utility>
#include <vector>

#include "explorer/run.hpp"
#include "explorer/trace.hpp"
#include "explorer/tree.hpp"

namespace filch_model {
namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point begin) { return std::chrono::duration<double>(clock::now() - begin).count(); }

void describe(const run& r, report& result) {
  result.failure = r.failure();
  result.trace = readable_trace(r);
  result.schedule = schedule_of(r.events());
}

}  // namespace

report explore(const std::function<void()>& scenario, limits most) {
  report result;
  const clock::time_point begin = clock::now();
  const auto r = std::make_unique<run>();
  tree branches(most.reduce);
  do {
    r->begin(scenario);
    const bool whole = branches.walk(*r);
    ++(whole ? result.executions : result.cut);
    if (whole && most.see) {
      most.see(*r);
    }
    if (r->failed()) {
      describe(*r, result);
      break;
    }
    result.complete = !branches.next();
  } while (!result.complete && result.executions + result.cut < most.executions);
  result.seconds = seconds_since(begin);
  return result;
}

report replay(const std::function<void()>& scenario, const std::string& schedule) {
  report result;
  const auto r = std::make_unique<run>();
  r->begin(scenario);
  std::istringstream steps(schedule);
  thread_id t = 0;
  choice c;
  std::vector<race> unused;
  while (r->settle() && read_step(steps, t, c)) {
    r->execute(t, c, unused);
  }
  result.executions = 1;
  describe(*r, result);
  return result;
}

void start(const char* name, std::function<void()> thread) { run::current()->start(name, std::move(thread)); }
void join_all() { run::current()->join_all(); }

void check(bool holds, const char* message) {
  if (!holds) {
    fail(message);
  }
}

void fail(const char* message) { run::current()->fail(message); }

}  // namespace filch_model
