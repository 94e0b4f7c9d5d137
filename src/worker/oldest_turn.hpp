// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstdint>

namespace filch::inline v0::detail {

/// When a worker runs the oldest task of its deque instead of the newest, so that a task which submits itself again and
/// again starves no other. The turns are rare, because each of them costs the thieves something: the children of the
/// task that had its turn lie above older and smaller tasks, and those are then stolen one by one.
template <class Clock>
class oldest_turn {
 public:
  static constexpr std::chrono::milliseconds interval{10};
  /// One in so many looks reads the clock, which costs as much as two small tasks.
  static constexpr std::uint32_t looks = 4;

  /// Whether the oldest task has its turn at this look. The first time it has it soon.
  [[nodiscard]] bool is_due() noexcept {
    if (--until_clock_ != 0) {
      return false;
    }
    until_clock_ = looks;
    const typename Clock::time_point now = Clock::now();
    if (now < next_) {
      return false;
    }
    next_ = now + interval;
    return true;
  }

 private:
  std::uint32_t until_clock_ = looks;
  typename Clock::time_point next_{};
};

}  // namespace filch::inline v0::detail
