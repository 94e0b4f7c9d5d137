// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>

#include <filch/fork_join.hpp>
#include <filch/grain.hpp>

namespace filch::inline v0::detail {

/// Pieces for each worker when the caller does not choose: enough that a worker that runs dry finds something to steal
/// near the end of a loop of uneven elements, few enough that the forks cost nothing.
inline constexpr std::size_t pieces_per_worker = 128;

[[nodiscard]] inline std::size_t choose_grain(std::size_t size, std::size_t workers, grain g) noexcept {
  return g.elements != 0 ? g.elements : std::max<std::size_t>(1, size / (pieces_per_worker * workers));
}

/// Calls `body(lo, hi)` on pieces of [lo, hi) of at most `piece` elements, halving. Runs on a worker.
template <class Body>
void split(std::size_t lo, std::size_t hi, std::size_t piece, Body& body) {
  if (hi - lo <= piece) {
    body(lo, hi);
    return;
  }
  const std::size_t middle = lo + (hi - lo) / 2;
  fork_join([&] { split(lo, middle, piece, body); }, [&] { split(middle, hi, piece, body); });
}

}  // namespace filch::inline v0::detail
