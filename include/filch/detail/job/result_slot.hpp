// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>

namespace filch::inline v0::detail {

/// The type of a result in a pair or tuple: std::monostate stands for void.
template <class R>
using regular_result = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

/// Room for the result of one call: a value, a reference or nothing.
template <class R>
class result_slot {
 public:
  result_slot() = default;
  result_slot(const result_slot&) = delete;
  result_slot& operator=(const result_slot&) = delete;
  ~result_slot() noexcept(std::is_nothrow_destructible_v<R>) {
    if (full_) {
      value().~R();
    }
  }

  template <class Call>
  void fill(Call&& call) {
    ::new (static_cast<void*>(storage_)) R(std::forward<Call>(call)());
    full_ = true;
  }

  /// To be called once, after `fill`.
  [[nodiscard]] R take() { return std::move(value()); }

 private:
  [[nodiscard]] R& value() noexcept { return *std::launder(reinterpret_cast<R*>(storage_)); }

  alignas(R) std::byte storage_[sizeof(R)];
  bool full_ = false;
};

template <class R>
class result_slot<R&> {
 public:
  template <class Call>
  void fill(Call&& call) {
    value_ = std::addressof(std::forward<Call>(call)());
  }
  [[nodiscard]] R& take() const noexcept { return *value_; }

 private:
  R* value_ = nullptr;
};

template <>
class result_slot<void> {
 public:
  template <class Call>
  void fill(Call&& call) {
    std::forward<Call>(call)();
  }
  std::monostate take() const noexcept { return {}; }
};

}  // namespace filch::inline v0::detail
