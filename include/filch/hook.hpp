// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/base/invoke.hpp>

namespace filch::inline v0 {

template <class Signature>
class hook;

/// A function object, empty by default; callables that can only be moved will do. Pools keep their callbacks in it.
/// Copies share the callable and its state. Thread safety: calls may be concurrent, through copies too, if the callable
/// inside allows it.
template <class... Args>
class hook<void(Args...)> {
 public:
  hook() noexcept = default;
  hook(std::nullptr_t) noexcept {}  // NOLINT: as std::function

  /// Empty if `f` is: a null pointer to a function or member, or a function object that equals nullptr, as an empty
  /// std::function does.
  template <class F>
    requires(!std::same_as<std::decay_t<F>, hook> && std::invocable<std::decay_t<F>&, Args...>)
  hook(F&& f) {  // NOLINT: as std::function
    using callable = std::decay_t<F>;
    if constexpr (requires(const callable& c) { callable(nullptr), c == nullptr; }) {
      if (static_cast<const callable&>(f) == nullptr) {
        return;
      }
    }
    callable_ = std::make_shared<callable>(std::forward<F>(f));
    call_ = [](void* c, Args... args) {
      static_cast<void>(detail::invoke(*static_cast<callable*>(c), std::forward<Args>(args)...));
    };
  }

  [[nodiscard]] explicit operator bool() const noexcept { return callable_ != nullptr; }
  [[nodiscard]] bool operator==(std::nullptr_t) const noexcept { return callable_ == nullptr; }

  /// Only if not empty.
  void operator()(Args... args) const { call_(callable_.get(), std::forward<Args>(args)...); }

 private:
  std::shared_ptr<void> callable_;
  void (*call_)(void*, Args...) = nullptr;
};

}  // namespace filch::inline v0
