// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/deadline.hpp>
#include "base/tuning.hpp"

namespace filch::inline v0::detail {

/// A spin of limited time. The clock is read only now and then, and not at all during the first few rounds.
class spin_budget {
 public:
  using clock = steady_clock;

  explicit spin_budget(std::chrono::nanoseconds limit) noexcept : limit_(limit) {}

  /// Makes one pause. False when the budget is spent.
  [[nodiscard]] bool spin() noexcept {
    if (limit_.count() <= 0) {
      return false;
    }
    native_policy::pause();
    if (++rounds_ % tuning::rounds_per_clock != 0) {
      return true;
    }
    const clock::time_point now = clock::now();
    if (rounds_ == tuning::rounds_per_clock) {
      end_ = deadline_after(limit_, now);
    }
    return now < end_;
  }

  void restart() noexcept { rounds_ = 0; }

 private:
  std::chrono::nanoseconds limit_;
  clock::time_point end_{};
  unsigned rounds_ = 0;
};

}  // namespace filch::inline v0::detail
