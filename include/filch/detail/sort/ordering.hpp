// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/elements.hpp>

namespace filch::inline v0::detail {

using no_projection = std::identity;

template <class Compare, class T>
inline constexpr bool is_ascending =
    std::same_as<Compare, std::less<>> || std::same_as<Compare, std::less<T>> ||
    std::same_as<Compare, std::ranges::less> || std::same_as<Compare, std::remove_cv_t<decltype(is_less)>>;
template <class Compare, class T>
inline constexpr bool is_descending = std::same_as<Compare, std::greater<>> || std::same_as<Compare, std::greater<T>> ||
                                      std::same_as<Compare, std::ranges::greater>;

/// The order of values of type T: by `compare` of what `projection` makes of them. Boost's sort knows the orders of
/// numbers by their types, and is faster then; so these types are kept.
template <class T, class Compare, class Projection>
[[nodiscard]] constexpr auto order_of(const Compare& compare, const Projection& projection) noexcept {
  if constexpr (std::same_as<Projection, no_projection>) {
    if constexpr (is_ascending<Compare, T>) {
      return std::less<T>();
    } else if constexpr (is_descending<Compare, T>) {
      return std::greater<T>();
    } else {
      return as_function(compare);
    }
  } else {
    return [&compare, &projection](const auto& a, const auto& b) -> bool {
      return detail::invoke(compare, detail::invoke(projection, a), detail::invoke(projection, b));
    };
  }
}

}  // namespace filch::inline v0::detail
