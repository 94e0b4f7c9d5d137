// SPDX-License-Identifier: BSL-1.0
#include "workloads/loops/skewed_cost.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace filch_bench {

std::vector<std::uint32_t> skewed_costs(std::size_t size) {
  constexpr double shape = 1.1;
  constexpr double least = 100;
  constexpr double most = 200'000;
  std::minstd_rand random(17);
  std::vector<std::uint32_t> costs(size);
  std::generate(costs.begin(), costs.end(), [&] {
    const double chance = static_cast<double>(random()) / static_cast<double>(std::minstd_rand::max());
    return static_cast<std::uint32_t>(std::min(most, least / std::pow(chance, 1 / shape)));
  });
  std::sort(costs.begin(), costs.end(), std::greater<>());
  return costs;
}

std::uint64_t spend(std::uint64_t x, std::uint32_t steps) {
  for (std::uint32_t i = 0; i < steps; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
  }
  return x;
}

}  // namespace filch_bench
