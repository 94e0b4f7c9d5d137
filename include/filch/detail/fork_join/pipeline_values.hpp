// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <variant>

#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// What a stage that gets an rvalue of `T`, or nothing, hands on.
template <class Stage, class... T>
using stage_result = std::remove_cvref_t<std::invoke_result_t<typename Stage::callable&, T...>>;

/// Whether the stage can be the first of a pipeline: it is called without arguments, and returns a std::optional.
template <class Stage>
[[nodiscard]] FILCH_LOCAL constexpr bool gives_values() {
  if constexpr (std::invocable<typename Stage::callable&>) {
    return is_optional<stage_result<Stage>>;
  } else {
    return false;
  }
}

/// Whether each of the stages can be called with an rvalue of what the one before it returns, the first one with one of
/// `T`.
template <class T, class Stage, class... Stages>
[[nodiscard]] FILCH_LOCAL constexpr bool stages_fit() {
  if constexpr (!std::invocable<typename Stage::callable&, T>) {
    return false;
  } else if constexpr (sizeof...(Stages) == 0) {
    return true;
  } else if constexpr (std::is_void_v<stage_result<Stage, T>>) {
    return false;
  } else {
    return stages_fit<stage_result<Stage, T>, Stages...>();
  }
}

/// `type` is a variant of the types of `Variant`, of `T`, and of what all of `Stages` but the last return.
template <class Variant, class T, class... Stages>
struct stage_values;
template <class... Ts, class T, class Last>
struct stage_values<std::variant<Ts...>, T, Last> {
  using type = std::variant<Ts..., T>;
};
template <class... Ts, class T, class Stage, class Next, class... Stages>
struct stage_values<std::variant<Ts...>, T, Stage, Next, Stages...> {
  using type = typename stage_values<std::variant<Ts..., T>, stage_result<Stage, T>, Next, Stages...>::type;
};

}  // namespace filch::inline v0::detail
