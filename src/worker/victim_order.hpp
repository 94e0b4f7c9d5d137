// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "os/topology.hpp"

namespace filch::inline v0::detail {

/// The order in which a thief looks at its victims: first those with which it shares a cache, then those of its memory
/// node, then the others. In each of these tiers it begins at a random one. If nothing is known of the CPUs there is
/// one tier.
class victim_order {
 public:
  victim_order() = default;
  /// For worker `self` of those that are bound to these locations, one each.
  victim_order(std::span<const cpu_location> workers, std::size_t self);

  /// Calls `visit(index)` for all indices below `count` except `self`, until one call returns true. The slots of
  /// guests and spares, which are above the workers, come last.
  template <class Visit>
  void scan(random_source& random, std::uint32_t count, Visit visit) const {
    std::uint32_t first = 0;
    for (const std::uint32_t end : tier_ends_) {
      if (visit_tier(random, end - first, [&](std::uint32_t i) { return visit(workers_[first + i]); })) {
        return;
      }
      first = end;
    }
    visit_tier(random, count - known_, [&](std::uint32_t i) { return visit(known_ + i); });
  }

 private:
  template <class Visit>
  static bool visit_tier(random_source& random, std::uint32_t count, Visit visit) {
    const std::uint32_t first = random.below(count);
    for (std::uint32_t k = 0; k < count; ++k) {
      if (visit(first + k < count ? first + k : first + k - count)) {
        return true;
      }
    }
    return false;
  }

  std::vector<std::uint32_t> workers_;    // but self; nearest first
  std::vector<std::uint32_t> tier_ends_;  // in workers_
  std::uint32_t known_ = 0;               // workers of which the location is known, self included
};

}  // namespace filch::inline v0::detail
