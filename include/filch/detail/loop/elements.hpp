// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/bounds.hpp>

namespace filch::inline v0::detail {

template <class It>
[[nodiscard]] FILCH_LOCAL std::size_t size_between(const It& first, const It& last) {
  return size_of_distance(last - first);
}

template <class It>
[[nodiscard]] constexpr decltype(auto) element(const It& first, std::size_t i) {
  return first[static_cast<std::iter_difference_t<It>>(i)];
}

template <class It>
[[nodiscard]] constexpr It advanced(const It& first, std::size_t n) {
  return first + static_cast<std::iter_difference_t<It>>(n);
}

inline constexpr auto is_equal = [](const auto& a, const auto& b) -> bool { return a == b; };
inline constexpr auto is_less = [](const auto& a, const auto& b) -> bool { return a < b; };

/// The predicate of a user as one for the algorithms of the standard.
template <class Predicate>
[[nodiscard]] constexpr auto as_function(const Predicate& p) noexcept {
  return [&p](auto&&... x) -> bool { return detail::invoke(p, std::forward<decltype(x)>(x)...); };
}

/// The index of an iterator that a search in [first + lo, ...) has returned.
template <class It>
[[nodiscard]] constexpr std::size_t index_of(const It& first, const It& found) {
  return static_cast<std::size_t>(found - first);
}

template <class R>
using range_result = std::ranges::borrowed_iterator_t<R>;

template <class Predicate, class... Elements>
consteval bool check_predicate() {
  constexpr bool fits = std::predicate<const Predicate&, Elements...>;
  static_assert(fits,
                "filch: the predicate is called with elements, and as const, and returns a bool: is it a mutable "
                "lambda, or has it other parameters?");
  return fits;
}

}  // namespace filch::inline v0::detail
