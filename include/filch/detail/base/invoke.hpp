// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

/// The object whose member is meant, given itself, by a pointer or by a std::reference_wrapper.
template <class Class, class Object>
constexpr decltype(auto) owner_of_member(Object&& object) {
  if constexpr (std::is_base_of_v<Class, std::remove_cvref_t<Object>>) {
    return std::forward<Object>(object);
  } else if constexpr (requires { *std::forward<Object>(object); }) {
    return *std::forward<Object>(object);
  } else {
    return object.get();
  }
}

template <class Member, class Class, class Object, class... Args>
constexpr decltype(auto) invoke_member(Member Class::* member, Object&& object, Args&&... args) {
  if constexpr (std::is_function_v<Member>) {
    return (owner_of_member<Class>(std::forward<Object>(object)).*member)(std::forward<Args>(args)...);
  } else {
    return owner_of_member<Class>(std::forward<Object>(object)).*member;
  }
}

/// The same as std::invoke, whose header <functional> is too large for a header of ours. The call of a function object
/// costs nothing more.
template <class F, class... Args>
FILCH_INLINE constexpr std::invoke_result_t<F, Args...> invoke(F&& f, Args&&... args) {
  if constexpr (std::is_member_pointer_v<std::remove_cvref_t<F>>) {
    return detail::invoke_member(f, std::forward<Args>(args)...);
  } else {
    return std::forward<F>(f)(std::forward<Args>(args)...);
  }
}

}  // namespace filch::inline v0::detail
