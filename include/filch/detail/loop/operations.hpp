// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <filch/detail/base/invoke.hpp>

namespace filch::inline v0::detail {

/// What a callable of the user returned, as a T. Arithmetic on small integers returns int, which is meant.
template <class T, class U>
[[nodiscard]] constexpr T as(U&& value) {
  if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<T>(value);
  } else {
    return std::forward<U>(value);
  }
}

/// The operation of a user as one that returns a T.
template <class T, class Op>
[[nodiscard]] constexpr auto as_operation(const Op& op) noexcept {
  return [&op](T a, T b) -> T { return as<T>(detail::invoke(op, std::move(a), std::move(b))); };
}

inline constexpr auto itself = [](auto&& x) -> decltype(auto) { return std::forward<decltype(x)>(x); };
inline constexpr auto plus = [](const auto& a, const auto& b) { return a + b; };

template <class Op, class T>
concept combines = std::invocable<const Op&, T, T> && std::convertible_to<std::invoke_result_t<const Op&, T, T>, T>;

template <class F, class Element, class T>
concept transforms_to =
    std::invocable<const F&, Element> && std::convertible_to<std::invoke_result_t<const F&, Element>, T>;

template <class T, class Element, class Op, class F>
consteval bool check_operation() {
  static_assert(
      combines<Op, T>,
      "filch: the operation is called with two values of the type of `init`, or of the elements if there is none, and "
      "as const, and returns what converts to that type: is it a mutable lambda, or has it other parameters?");
  static_assert(
      transforms_to<F, Element, T>,
      "filch: the transformation is called with one element or index, and as const, and returns what converts to the "
      "type of the result: is it a mutable lambda, or has it another parameter?");
  return combines<Op, T> && transforms_to<F, Element, T>;
}

}  // namespace filch::inline v0::detail
