// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>

#include <filch/config.hpp>
#include <filch/detail/loop/bounds.hpp>

namespace filch::inline v0::detail {

[[noreturn]] FILCH_EXPORT void throw_step_is_zero();

/// The numbers first, first + step, ... that lie before `last`, or after it if the step is negative.
template <std::integral Int>
class steps {
 public:
  /// Throws: usage_error if the step is 0, or the number of numbers is no std::size_t.
  constexpr steps(Int first, Int last, Int step)
      : first_(static_cast<counter>(first)), step_(static_cast<counter>(step)) {
    if (step == Int(0)) {
      throw_step_is_zero();
    }
    const bool is_down = step < Int(0);
    const std::size_t distance = is_down ? range_size(last, first) : range_size(first, last);
    const counter length = is_down ? counter(0) - step_ : step_;
    size_ = distance == 0 ? 0 : static_cast<std::size_t>((distance - 1) / length) + 1;
  }

  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr Int operator[](std::size_t i) const noexcept {
    return static_cast<Int>(first_ + static_cast<counter>(i) * step_);
  }

 private:
  using counter = typename counter_of<Int>::type;  // unsigned: it may wrap

  counter first_;
  counter step_;
  std::size_t size_ = 0;
};

}  // namespace filch::inline v0::detail
