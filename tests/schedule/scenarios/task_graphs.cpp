// SPDX-License-Identifier: BSL-1.0
#include <filch/task_graph.hpp>
#include <filch/thread_pool.hpp>

#include "controlled/primitives.hpp"
#include "scenario.hpp"

namespace {

using filch::task_graph;
using filch::thread_pool;
using schedule::check;
using schedule::workers;

SCENARIO(a_node_of_a_graph_begins_when_all_before_it_have_ended) {
  thread_pool pool(workers(1));
  task_graph g;
  int left = 0;
  int right = 0;
  int seen = 0;
  const auto step = [](int& n) {
    controlled::pause();  // others may go on here
    ++n;
  };
  const auto begin = g.add("begin", [] {});
  const auto a = g.add("a", [&] { step(left); });
  const auto b = g.add("b", [&] { step(right); });
  const auto end = g.add("end", [&] { seen = left + right; });
  begin.precede(a, b);
  end.succeed(a, b);
  g.run_n(pool, 2);
  check(seen == 4, "both, twice");
}

SCENARIO(a_condition_of_a_graph_goes_back) {
  thread_pool pool(workers(1));
  task_graph g;
  int rounds = 0;
  const auto begin = g.add("begin", [] {});
  const auto body = g.add("body", [&] { ++rounds; });
  const auto again = g.add_condition("again", [&] { return rounds < 3 ? 0 : 1; });
  begin.precede(body);
  body.precede(again);
  again.precede(body);
  g.run(pool);
  check(rounds == 3, "three rounds");
}

SCENARIO(an_exception_of_a_node_ends_its_graph) {
  thread_pool pool(workers(1));
  task_graph g;
  int after = 0;
  const auto bad = g.add("bad", [] { throw 1; });
  const auto other = g.add("other", [] { controlled::pause(); });
  const auto end = g.add("end", [&] { ++after; });
  end.succeed(bad, other);
  bool thrown = false;
  try {
    g.run(pool);
  } catch (int) {
    thrown = true;
  }
  check(thrown && after == 0, "the exception, and nothing after it");
}

}  // namespace
