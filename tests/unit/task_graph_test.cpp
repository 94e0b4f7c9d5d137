// SPDX-License-Identifier: BSL-1.0
#include <filch/task_graph.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

std::string error_of(filch::task_graph& g, filch::thread_pool& pool) {
  try {
    g.run(pool);
  } catch (const filch::usage_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a node begins when all nodes that precede it have ended") {
  std::mt19937 random(filch_test::seed());
  for (const std::size_t threads : {1U, 2U, 4U}) {
    filch::thread_pool pool(threads);
    constexpr std::size_t size = 300;
    filch::task_graph g;
    std::vector<std::atomic<int>> runs(size);
    std::vector<std::vector<std::size_t>> before(size);
    std::vector<filch::task_graph::node> nodes;
    std::atomic<bool> too_early{false};
    for (std::size_t i = 0; i < size; ++i) {
      nodes.push_back(g.add(std::to_string(i), [&, i] {
        for (const std::size_t b : before[i]) {
          // relaxed: the graph orders them.
          if (runs[b].load(std::memory_order_relaxed) != runs[i].load(std::memory_order_relaxed) + 1) {
            too_early = true;
          }
        }
        runs[i].fetch_add(1, std::memory_order_relaxed);
      }));
      for (std::size_t k = 0; i != 0 && k < random() % 4; ++k) {
        before[i].push_back(random() % i);
        nodes[i].succeed(nodes[before[i].back()]);
      }
    }
    g.run(pool);
    REQUIRE_FALSE(too_early.load());
    g.run_n(pool, 5);
    REQUIRE_FALSE(too_early.load());
    for (const auto& n : runs) {
      REQUIRE(n.load() == 6);
    }
  }
}

TEST_CASE("nodes that do not precede each other run side by side") {
  filch::thread_pool pool(2);
  filch::task_graph g;
  std::atomic<int> inside{0};
  const auto meet = [&] {
    inside.fetch_add(1);
    while (inside.load() < 2) {
      std::this_thread::yield();
    }
  };
  const auto begin = g.add("begin", [] {});
  const auto one = g.add("one", meet);
  const auto two = g.add("two", meet);
  begin.precede(one, two);
  REQUIRE(one.name() == "one");
  g.run(pool);
  REQUIRE(inside.load() == 2);
}

TEST_CASE("a condition chooses what comes next, and may go back") {
  filch::thread_pool pool(2);
  filch::task_graph g;
  int rounds = 0;
  int ends = 0;
  int never = 0;
  const auto begin = g.add("begin", [&] { rounds = 0; });
  const auto body = g.add("body", [&] { ++rounds; });
  const auto again = g.add_condition("again?", [&] { return rounds < 10 ? 0 : 1; });
  const auto end = g.add("end", [&] { ++ends; });
  const auto other = g.add("other", [&] { ++never; });
  begin.precede(body);
  body.precede(again);
  again.precede(body, end, other);
  g.run(pool);
  REQUIRE(rounds == 10);
  REQUIRE(ends == 1);
  g.run_n(pool, 3);
  REQUIRE(ends == 4);
  REQUIRE(never == 0);
}

TEST_CASE("a number that a condition has no successor for ends the path") {
  filch::thread_pool pool(1);
  filch::task_graph g;
  int ran = 0;
  const auto none = g.add_condition("none", [] { return -1; });
  none.precede(g.add("after", [&] { ++ran; }));
  g.run(pool);
  REQUIRE(ran == 0);
}

TEST_CASE("after an exception no further node begins, and the graph can be run again") {
  filch::thread_pool pool(2);
  filch::task_graph g;
  bool fails = true;
  int after = 0;
  const auto bad = g.add("bad", [&] {
    if (fails) {
      throw std::runtime_error("node");
    }
  });
  const auto last = g.add("last", [&] { ++after; });
  bad.precede(last);
  REQUIRE_THROWS_AS(g.run(pool), std::runtime_error);
  REQUIRE(after == 0);
  fails = false;
  g.run(pool);
  REQUIRE(after == 1);
}

TEST_CASE("a circle is an error that names it") {
  filch::thread_pool pool(1);
  filch::task_graph g;
  const auto begin = g.add("begin", [] {});
  const auto a = g.add("a", [] {});
  const auto b = g.add("b", [] {});
  const auto c = g.add("c", [] {});
  begin.precede(a);
  a.precede(b);
  b.precede(c);
  REQUIRE(error_of(g, pool).empty());
  c.precede(a);
  const std::string error = error_of(g, pool);
  CAPTURE(error);
  REQUIRE((error.find("a -> b -> c -> a") != std::string::npos || error.find("b -> c -> a -> b") != std::string::npos ||
           error.find("c -> a -> b -> c") != std::string::npos));
  REQUIRE(error.find("begin") == std::string::npos);
  filch::task_graph self;
  const auto s = self.add("s", [] {});
  s.precede(s);
  REQUIRE(error_of(self, pool).find("s -> s") != std::string::npos);
}

TEST_CASE("misuse of a graph is an error") {
  filch::thread_pool pool(2);
  filch::task_graph g;
  filch::task_graph other;
  const auto a = g.add("a", [] {});
  const auto b = other.add("b", [] {});
  REQUIRE_THROWS_AS(a.precede(b), filch::usage_error);
  REQUIRE_THROWS_AS(b.succeed(a), filch::usage_error);
  filch::task_graph busy;
  busy.add("busy", [&] {
    REQUIRE_THROWS_AS(busy.run(pool), filch::usage_error);
    REQUIRE_THROWS_AS(busy.add("more", [] {}), filch::usage_error);
  });
  busy.run(pool);
  filch::task_graph round;
  const auto choice = round.add_condition("choice", [] { return 0; });
  choice.precede(choice);
  REQUIRE(error_of(round, pool).find("none can begin") != std::string::npos);
}

TEST_CASE("a graph without nodes runs; one may run within a node of another") {
  filch::thread_pool pool(2);
  filch::task_graph empty;
  empty.run(pool);
  filch::task_graph inner;
  int ran = 0;
  inner.add("inner", [&] { ++ran; });
  filch::task_graph outer;
  outer.add("outer", [&] { inner.run(pool); });
  outer.run(pool);
  REQUIRE(ran == 1);
  inner.run();  // in the default pool
  REQUIRE(ran == 2);
}

TEST_CASE("a node may be of a type that can only be moved") {
  filch::thread_pool pool(1);
  filch::task_graph g;
  int seen = 0;
  g.add("n", [p = std::make_unique<int>(7), &seen]() mutable { seen = *p; });
  g.run(pool);
  REQUIRE(seen == 7);
}

TEST_CASE("dot writes the graph for Graphviz") {
  filch::task_graph g;
  const auto a = g.add("a \"b\"", [] {});
  const auto c = g.add_condition("c", [] { return 0; });
  a.precede(c);
  c.precede(a, c);
  REQUIRE(g.size() == 2);
  REQUIRE(g.dot() ==
          "digraph {\n"
          "  \"a \\\"b\\\"\";\n"
          "  \"a \\\"b\\\"\" -> \"c\";\n"
          "  \"c\" [shape=diamond];\n"
          "  \"c\" -> \"a \\\"b\\\"\" [style=dashed, label=0];\n"
          "  \"c\" -> \"c\" [style=dashed, label=1];\n"
          "}\n");
}
