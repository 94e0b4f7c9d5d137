// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <type_traits>

#include <filch/config.hpp>
#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

/// Two integers, or two random-access iterators of one type.
template <class First, class Last>
concept loop_bounds = (std::integral<First> && std::integral<Last>) ||
                      (std::random_access_iterator<First> && std::same_as<First, Last>);

[[noreturn]] FILCH_EXPORT void throw_bound_does_not_fit();

/// A bound as a number of the type that both bounds have in common. Throws usage_error if that cannot hold it.
template <std::integral Index, std::integral Bound>
[[nodiscard]] FILCH_LOCAL constexpr Index to_index(Bound bound) {
  const auto index = static_cast<Index>(bound);
  if constexpr (!std::is_same_v<Index, Bound>) {
    if (static_cast<Bound>(index) != bound || (index < Index{}) != (bound < Bound{})) {
      throw_bound_does_not_fit();
    }
  }
  return index;
}

/// What can count all values of an integral type, at least std::size_t.
template <std::integral Int>
struct counter_of : std::type_identity<std::size_t> {};
template <std::integral Int>
requires(sizeof(Int) > sizeof(std::size_t)) struct counter_of<Int> : std::make_unsigned<Int> {
};

/// The number of values in [first, last), which may span the whole type. Throws usage_error if it is no std::size_t.
template <std::integral Int>
[[nodiscard]] FILCH_LOCAL constexpr std::size_t range_size(Int first, Int last) {
  using counter = typename counter_of<Int>::type;
  const counter size = first < last ? static_cast<counter>(last) - static_cast<counter>(first) : counter{0};
  if (size > (std::numeric_limits<std::size_t>::max)()) {
    throw_bound_does_not_fit();
  }
  return static_cast<std::size_t>(size);
}

template <std::integral Int>
[[nodiscard]] constexpr Int nth(Int first, std::size_t n) noexcept {
  using counter = typename counter_of<Int>::type;
  return static_cast<Int>(static_cast<counter>(first) + static_cast<counter>(n));
}

/// The size of a range of iterators. The difference type may be an integer of the library's own, wider than all others.
/// Throws usage_error if the size is no std::size_t.
template <class Difference>
[[nodiscard]] FILCH_LOCAL constexpr std::size_t size_of_distance(Difference size) {
  if (size <= Difference(0)) {
    return 0;
  }
  const auto n = static_cast<std::size_t>(size);
  if (static_cast<Difference>(n) != size) {
    throw_bound_does_not_fit();
  }
  return n;
}

}  // namespace filch::inline v0::detail
