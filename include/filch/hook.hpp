// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace filch::inline v0 {

template <class Signature>
class hook;

/// A move-only function object, empty by default. Pools keep their callbacks in it.
/// Thread safety: calls may be concurrent if the callable inside allows it.
template <class... Args>
class hook<void(Args...)> {
  struct callable {
    callable() = default;
    callable(const callable&) = delete;
    callable& operator=(const callable&) = delete;
    virtual ~callable() = default;
    virtual void call(Args... args) = 0;
  };

  template <class F>
  struct holder final : callable {
    template <class G>
    explicit holder(G&& g) : f(std::forward<G>(g)) {}
    void call(Args... args) override { f(std::forward<Args>(args)...); }
    F f;
  };

 public:
  hook() noexcept = default;

  template <class F>
    requires(!std::same_as<std::decay_t<F>, hook> && std::invocable<std::decay_t<F>&, Args...>)
  hook(F&& f) : callable_(std::make_unique<holder<std::decay_t<F>>>(std::forward<F>(f))) {}  // NOLINT: as std::function

  [[nodiscard]] explicit operator bool() const noexcept { return callable_ != nullptr; }

  /// Only if not empty.
  void operator()(Args... args) const { callable_->call(std::forward<Args>(args)...); }

 private:
  std::unique_ptr<callable> callable_;
};

}  // namespace filch::inline v0
