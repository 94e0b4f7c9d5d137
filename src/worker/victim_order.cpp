// SPDX-License-Identifier: BSL-1.0
#include "worker/victim_order.hpp"

namespace filch::inline v0::detail {

victim_order::victim_order(std::span<const cpu_location> workers, std::size_t self)
    : known_(static_cast<std::uint32_t>(workers.size())) {
  enum : unsigned { same_cache, same_node, far, tiers };
  const auto distance_to = [&](std::size_t other) -> unsigned {
    if (workers[other].node != workers[self].node) {
      return far;
    }
    return workers[other].cache == workers[self].cache ? same_cache : same_node;
  };
  for (unsigned distance = 0; distance < tiers; ++distance) {
    for (std::size_t other = 0; other < workers.size(); ++other) {
      if (other != self && distance_to(other) == distance) {
        workers_.push_back(static_cast<std::uint32_t>(other));
      }
    }
    if (workers_.size() > (tier_ends_.empty() ? 0 : tier_ends_.back())) {
      tier_ends_.push_back(static_cast<std::uint32_t>(workers_.size()));
    }
  }
}

}  // namespace filch::inline v0::detail
