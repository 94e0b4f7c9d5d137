// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/job/result_slot.hpp>

namespace filch::inline v0::detail {

/// An exception, and when it was caught.
struct failure {
  std::exception_ptr error;
  steady_clock::time_point when;

  [[nodiscard]] static failure of_current_exception() noexcept {
    return {std::current_exception(), steady_clock::now()};
  }
};

/// Calls `f` and returns its result. A void result becomes a std::monostate.
template <class F>
regular_result<std::invoke_result_t<F>> call_regular(F&& f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    std::forward<F>(f)();
    return {};
  } else {
    return std::forward<F>(f)();
  }
}

/// What a call leaves behind, if it is made at all. At first the object is empty, and not one word of it is written.
/// After `call` it holds a value or a failure, which must be taken exactly once.
template <class R>
class outcome {
  // A reference is kept as a pointer.
  using kept = std::conditional_t<std::is_reference_v<R>, std::add_pointer_t<R>, R>;

 public:
  outcome() noexcept {}  // not defaulted: that would write zeros
  outcome(const outcome&) = delete;
  outcome& operator=(const outcome&) = delete;
  ~outcome() {}

  template <class F>
  void call(F&& f) noexcept {
    try {
      if constexpr (std::is_reference_v<R>) {
        value_ = std::addressof(std::forward<F>(f)());
      } else {
        ::new (static_cast<void*>(std::addressof(value_))) kept(call_regular(std::forward<F>(f)));
      }
      failed_ = false;
    } catch (...) {
      ::new (static_cast<void*>(&failure_)) failure(failure::of_current_exception());
      failed_ = true;
    }
  }

  [[nodiscard]] bool has_failed() const noexcept { return failed_; }

  [[nodiscard]] R take_value() {
    if constexpr (std::is_reference_v<R>) {
      return *value_;
    } else {
      const destroyer destroys{value_};
      return std::move(value_);
    }
  }

  void drop_value() noexcept(std::is_nothrow_destructible_v<kept>) { value_.~kept(); }

  [[nodiscard]] failure take_failure() noexcept {
    failure f = std::move(failure_);
    failure_.~failure();
    return f;
  }

 private:
  struct destroyer {
    kept& value;
    ~destroyer() noexcept(std::is_nothrow_destructible_v<kept>) { value.~kept(); }
  };

  union {
    kept value_;
    failure failure_;
  };
  bool failed_;
};

}  // namespace filch::inline v0::detail
