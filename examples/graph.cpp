// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/graphs.md.
#include <filch/task_graph.hpp>
#include <filch/thread_pool.hpp>

#include <cstdio>
#include <string>

namespace {

struct page {
  std::string text;
  std::string images;
  std::string whole;
};

// [snippet: build]
void build(filch::task_graph& g, page& p) {
  const auto load = g.add("load", [&] { p = {}; });
  const auto text = g.add("text", [&] { p.text = "text"; });
  const auto images = g.add("images", [&] { p.images = "images"; });
  const auto join = g.add("join", [&] { p.whole = p.text + " and " + p.images; });
  load.precede(text, images);
  join.succeed(text, images);
}
// [end]

// [snippet: loop]
int halvings(filch::thread_pool& pool, int n) {
  filch::task_graph g;
  int steps = 0;
  const auto begin = g.add("begin", [] {});
  const auto halve = g.add("halve", [&] { n /= 2, ++steps; });
  const auto more = g.add_condition("more?", [&] { return n > 1 ? 0 : 1; });
  const auto end = g.add("end", [&] { std::printf("%d steps\n", steps); });
  begin.precede(halve);
  halve.precede(more);
  more.precede(halve, end);  // number 0 and number 1
  g.run(pool);
  return steps;
}
// [end]

}  // namespace

int main() {
  filch::thread_pool pool;
  filch::task_graph g;
  page p;
  build(g, p);
  g.run_n(pool, 3);
  if (p.whole != "text and images" || g.dot().find("\"load\" -> \"text\"") == std::string::npos) {
    return 1;
  }
  return halvings(pool, 1000) == 9 ? 0 : 2;
}
