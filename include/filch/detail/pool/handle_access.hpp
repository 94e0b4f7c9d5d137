// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>

#include <filch/detail/pool/task_state.hpp>
#include <filch/join_handle.hpp>

namespace filch::inline v0::detail {

template <class H>
inline constexpr bool is_join_handle = false;
template <class T>
inline constexpr bool is_join_handle<join_handle<T>> = true;

/// A join_handle that is not const, as an lvalue or rvalue.
template <class H>
concept any_join_handle = is_join_handle<std::remove_reference_t<H>>;

/// What a wait for several handles knows of each of them.
struct FILCH_LOCAL handle_access {
  /// Throws usage_error if the handle is empty.
  template <class T>
  [[nodiscard]] static task_state& task_of(const join_handle<T>& handle) {
    return handle.task();
  }
};

}  // namespace filch::inline v0::detail
