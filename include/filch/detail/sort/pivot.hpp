// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/elements.hpp>

namespace filch::inline v0::detail {

struct pivot {
  std::size_t place;
  bool repeats;  // other samples are equal to it
};

/// The median of some elements of first[lo, hi), which has 8 or more. Their places follow no pattern that an input
/// could have by chance.
template <class It, class Less>
[[nodiscard]] FILCH_LOCAL pivot choose_pivot(const It& first, std::size_t lo, std::size_t hi, const Less& less) {
  constexpr std::size_t most = 127;
  const std::size_t size = hi - lo;
  const std::size_t count = size >= 32 * 1024 ? most : size >= 256 ? 31 : 7;
  const std::size_t step = size / count;
  std::array<std::size_t, most> places;
  std::uint64_t random = size;
  for (std::size_t i = 0; i < count; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;  // Knuth's, The Art of Computer Programming 2, 3.3.4
    places[i] = lo + i * step + static_cast<std::size_t>((random >> 33) % step);
  }
  const auto by_element = [&](std::size_t a, std::size_t b) { return less(element(first, a), element(first, b)); };
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(count);
  const auto median = places.begin() + static_cast<std::ptrdiff_t>(count / 2);
  std::nth_element(places.begin(), median, end, by_element);
  const auto equal = std::count_if(median + 1, end, [&](std::size_t i) { return !by_element(*median, i); });
  return {*median, equal >= 2};
}

}  // namespace filch::inline v0::detail
