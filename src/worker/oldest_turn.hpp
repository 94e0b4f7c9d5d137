// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>
#include "base/tuning.hpp"

namespace filch::inline v0::detail {

/// Says when a worker runs the oldest task of its deque instead of the newest, so that a task that submits itself again
/// and again starves no other. These turns are rare, because each of them costs the thieves something: the children of
/// the task that had its turn lie above older and smaller tasks, and these are then stolen one by one.
template <class Clock>
class oldest_turn {
 public:
  /// Whether it is the turn of the oldest task at this look. The first turn comes soon.
  [[nodiscard]] bool is_due() noexcept {
    if (--until_clock_ != 0) {
      return false;
    }
    until_clock_ = tuning::looks_per_clock;
    const typename Clock::time_point now = Clock::now();
    if (now < next_) {
      return false;
    }
    next_ = now + tuning::oldest_turn_interval;
    return true;
  }

 private:
  std::uint32_t until_clock_ = tuning::looks_per_clock;
  typename Clock::time_point next_{};
};

}  // namespace filch::inline v0::detail
