// SPDX-License-Identifier: BSL-1.0
#include "src/worker/victim_order.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <vector>

#include "support/catch.hpp"

namespace {

using filch::detail::cpu_location;
using filch::detail::random_source;
using filch::detail::victim_order;

std::vector<std::uint32_t> visited(const victim_order& order, random_source& random, std::uint32_t count) {
  std::vector<std::uint32_t> all;
  order.scan(random, count, [&](std::uint32_t i) {
    all.push_back(i);
    return false;
  });
  return all;
}

std::vector<std::uint32_t> sorted(std::vector<std::uint32_t> v) {
  std::sort(v.begin(), v.end());
  return v;
}

}  // namespace

TEST_CASE("where no locations are known all are visited once, from a random one on") {
  random_source random(1);
  std::set<std::uint32_t> starts;
  for (int i = 0; i < 200; ++i) {
    const auto all = visited(victim_order(), random, 5);
    REQUIRE(sorted(all) == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
    starts.insert(all.front());
  }
  REQUIRE(starts.size() == 5);
  REQUIRE(visited(victim_order(), random, 0).empty());
}

TEST_CASE("near victims come before far ones, and the slots above the workers last") {
  // Two nodes of two caches of two CPUs.
  const std::array<cpu_location, 8> workers{{{0, 0}, {0, 0}, {1, 0}, {1, 0}, {2, 1}, {2, 1}, {3, 1}, {3, 1}}};
  const victim_order order(workers, 2);
  random_source random(1);
  for (int i = 0; i < 50; ++i) {
    const auto all = visited(order, random, 11);
    REQUIRE(all.size() == 10);
    REQUIRE(all[0] == 3);
    REQUIRE(sorted({all.begin() + 1, all.begin() + 3}) == std::vector<std::uint32_t>{0, 1});
    REQUIRE(sorted({all.begin() + 3, all.begin() + 7}) == std::vector<std::uint32_t>{4, 5, 6, 7});
    REQUIRE(sorted({all.begin() + 7, all.end()}) == std::vector<std::uint32_t>{8, 9, 10});
  }
}

TEST_CASE("a scan ends with the first that says so") {
  const std::array<cpu_location, 3> workers{};
  const victim_order order(workers, 0);
  random_source random(1);
  int visits = 0;
  order.scan(random, 3, [&](std::uint32_t) { return ++visits == 2; });
  REQUIRE(visits == 2);
}
