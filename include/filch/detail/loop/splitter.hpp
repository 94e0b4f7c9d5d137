// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

#include <filch/fork_join.hpp>
#include <filch/grain.hpp>

namespace filch::inline v0::detail {

/// The number of pieces for each worker if the caller does not choose. There are enough pieces that a worker that runs
/// dry finds something to steal near the end of a loop of uneven elements, and so few that the forks cost nothing.
inline constexpr std::size_t pieces_per_worker = 128;

/// The size from which on a piece is halved. If there is a grain, this is twice the grain, so that no half is smaller
/// than the grain.
[[nodiscard]] inline std::size_t choose_limit(std::size_t size, std::size_t workers, grain g) noexcept {
  constexpr std::size_t largest = (std::numeric_limits<std::size_t>::max)();
  if (g.elements != 0) {
    return g.elements <= largest / 2 ? 2 * g.elements : largest;
  }
  return std::max<std::size_t>(1, size / (pieces_per_worker * workers)) + 1;
}

/// Calls `body(lo, hi)` on pieces of [lo, hi) of fewer than `limit` elements, halving. Runs on a worker.
template <class Body>
FILCH_LOCAL void split(std::size_t lo, std::size_t hi, std::size_t limit, Body& body) {
  if (hi - lo < limit) {
    body(lo, hi);
    return;
  }
  const std::size_t middle = lo + (hi - lo) / 2;
  fork_join([&] { split(lo, middle, limit, body); }, [&] { split(middle, hi, limit, body); });
}

}  // namespace filch::inline v0::detail
