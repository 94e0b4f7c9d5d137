// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/elements.hpp>

namespace filch::inline v0::detail {

// Values that a partition may keep in registers.
template <class It>
inline constexpr bool is_copied_in_partition =
    std::is_trivially_copyable_v<std::iter_value_t<It>>&& std::is_reference_v<std::iter_reference_t<It>> &&
    sizeof(std::iter_value_t<It>) <= 4 * sizeof(void*);

/// Lomuto's partition: puts the elements of from[0, n) which are on the left to to[place, ...), by exchanges. What lies
/// at to[place] and behind it is on the right. Ends early where `place` reaches `end`. Returns: how many elements it
/// has looked at. There is no branch that a processor could mispredict.
template <class It, class IsLeft>
FILCH_INLINE std::size_t exchange_lefts(const It& from, std::size_t n, const It& to, std::size_t& place,
                                        std::size_t end, const IsLeft& is_left) {
  std::size_t next = place;
  std::size_t i = 0;
  for (; i < n && next < end; ++i) {
    std::iter_value_t<It> x = element(from, i);
    element(from, i) = element(to, next);
    element(to, next) = x;
    next += static_cast<std::size_t>(static_cast<bool>(is_left(x)));
  }
  place = next;
  return i;
}

/// Partitions a[0, n) followed by b[0, m): those for which `is_left` is true come first. Calls it once for each.
/// Returns: how many they are. If it throws, each element is still there.
template <class It, class IsLeft>
[[nodiscard]] FILCH_LOCAL std::size_t partition_piece(const It& a, std::size_t n, const It& b, std::size_t m,
                                                      const IsLeft& is_left) {
  if constexpr (is_copied_in_partition<It>) {
    std::size_t in_a = 0;
    std::size_t in_b = 0;
    static_cast<void>(exchange_lefts(a, n, a, in_a, n, is_left));
    const std::size_t seen = exchange_lefts(b, m, a, in_a, n, is_left);
    static_cast<void>(exchange_lefts(advanced(b, seen), m - seen, b, in_b, m, is_left));
    return in_a + in_b;
  } else {
    // Hoare's: from both ends, exchanging pairs that are on the wrong sides.
    const auto at = [&](std::size_t i) { return i < n ? advanced(a, i) : advanced(b, i - n); };
    std::size_t lo = 0;
    for (std::size_t hi = n + m;; ++lo) {
      while (lo < hi && is_left(*at(lo))) {
        ++lo;
      }
      if (lo == hi) {
        return lo;
      }
      do {
        if (--hi == lo) {
          return lo;
        }
      } while (!is_left(*at(hi)));
      std::ranges::iter_swap(at(lo), at(hi));
    }
  }
}

}  // namespace filch::inline v0::detail
