// SPDX-License-Identifier: BSL-1.0
// Unbalanced trees of groups and forks, with many more workers than cores: every node is visited once.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

struct node {
  std::uint64_t name;
  unsigned depth;

  // Fewer than one and a half on average, so trees end; some are deeper than a deque of forks is long.
  [[nodiscard]] unsigned children() const {
    if (depth < 3) {
      return 6;
    }
    return depth > 4000 || name % 1000 >= 249 ? 0 : 4;
  }
  [[nodiscard]] node child(unsigned k) const {
    std::uint64_t x = name + (k + 1) * 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return {x ^ (x >> 31), depth + 1};
  }
};

// Some nodes take long enough for others to go to sleep in their waits.
void work_at(const node& n) {
  if (n.name % 256 == 7) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
    while (std::chrono::steady_clock::now() < end) {
    }
  }
}

std::size_t serial(const node& n) {
  std::size_t visited = 1;
  for (unsigned k = 0; k < n.children(); ++k) {
    visited += serial(n.child(k));
  }
  return visited;
}

void by_groups(const node& n, std::atomic<std::size_t>& visited) {
  visited.fetch_add(1, std::memory_order_relaxed);
  work_at(n);
  filch::task_group children;
  for (unsigned k = 0; k < n.children(); ++k) {
    children.run([&, k] { by_groups(n.child(k), visited); });
  }
  children.wait();
}

std::size_t by_forks(const node& n, unsigned first, unsigned last) {
  if (first == last) {
    return 0;
  }
  const auto [here, others] = filch::fork_join(
      [&] {
        const node c = n.child(first);
        work_at(c);
        return 1 + by_forks(c, 0, c.children());
      },
      [&] { return by_forks(n, first + 1, last); });
  return here + others;
}

// Groups and forks in turns.
std::size_t by_both(const node& n) {
  const unsigned count = n.children();
  work_at(n);
  if (n.depth % 2 == 0) {
    std::atomic<std::size_t> below{0};
    filch::task_group children;
    for (unsigned k = 0; k < count; ++k) {
      children.run([&, k] { below.fetch_add(by_both(n.child(k))); });
    }
    children.wait();
    return 1 + below.load();
  }
  std::size_t below = 0;
  for (unsigned k = 0; k + 1 < count; k += 2) {
    const auto [a, b] = filch::fork_join([&] { return by_both(n.child(k)); }, [&] { return by_both(n.child(k + 1)); });
    below += a + b;
  }
  return 1 + below;
}

// A chain of groups, each with three leaves: more children wait to be run than a deque of forks holds.
void comb(std::uint64_t name, unsigned depth, std::atomic<std::size_t>& visited) {
  filch::task_group children;
  for (std::uint64_t k = 0; k < 3; ++k) {
    children.run([&visited, name, depth, k] {
      visited.fetch_add(1, std::memory_order_relaxed);
      work_at(node{name, depth}.child(static_cast<unsigned>(k)));
    });
  }
  if (depth != 0) {
    children.run([&visited, name, depth] { comb(name + 1, depth - 1, visited); });
  }
  children.wait();
}

}  // namespace

TEST_CASE("stress: a comb of groups, more than a deque of forks holds") {
  constexpr unsigned depth = 1200;
  const std::uint64_t seed = filch_test::seed();
  for (const std::size_t threads : {std::size_t{2}, std::size_t{16}}) {
    filch::thread_pool pool(threads);
    for (std::uint64_t i = 0; i < 20; ++i) {
      std::atomic<std::size_t> visited{0};
      pool.invoke([&] { comb(seed + i * depth, depth, visited); });
      REQUIRE(visited.load() == 3 * (depth + 1));
    }
  }
}

TEST_CASE("stress: trees of groups and forks on 2 and 16 workers") {
  const std::uint64_t seed = filch_test::seed();
  for (const auto waiting : {filch::waiting::descendants, filch::waiting::any}) {
    for (const std::size_t threads : {std::size_t{2}, std::size_t{16}}) {
      filch::thread_pool pool({.threads = threads, .waiting = waiting});
      for (std::uint64_t tree = 0; tree < 6; ++tree) {
        const node root{seed + tree, 0};
        const std::size_t expected = serial(root);
        INFO("tree " << tree << " of seed " << seed << ", " << threads << " workers");
        std::atomic<std::size_t> visited{0};
        pool.invoke([&] { by_groups(root, visited); });
        REQUIRE(visited.load() == expected);
        REQUIRE(pool.invoke([&] { return 1 + by_forks(root, 0, root.children()); }) == expected);
        REQUIRE(pool.invoke([&] { return by_both(root); }) == expected);
      }
    }
  }
}
