// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <type_traits>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

// The one place where a duration or a moment that a caller names becomes a deadline. Every value has a meaning. A
// moment that is over already ends the wait at once, and so does a value that is no number. A moment that is further
// away than `longest_wait` ends the wait after `longest_wait`, because its sum with the count of a clock would
// overflow.

inline constexpr std::chrono::nanoseconds longest_wait = std::chrono::years(10);

/// The moment that comes so many nanoseconds after `now`. A fraction of a nanosecond counts as a whole one.
[[nodiscard]] FILCH_EXPORT steady_clock::time_point moment_after(double nanoseconds,
                                                                 steady_clock::time_point now) noexcept;

/// The moment that comes `limit` after `now`.
template <class Rep, class Period>
[[nodiscard]] FILCH_LOCAL steady_clock::time_point deadline_after(
    std::chrono::duration<Rep, Period> limit, steady_clock::time_point now = steady_clock::now()) {
  // The floating-point type has room for every count; above 100 days it is some nanoseconds off.
  return moment_after(std::chrono::duration<double, std::nano>(limit).count(), now);
}

/// The moment when `Clock` shows `moment`, if nobody sets that clock meanwhile.
template <class Clock, class Duration>
[[nodiscard]] FILCH_LOCAL steady_clock::time_point deadline_at(std::chrono::time_point<Clock, Duration> moment) {
  using exact = std::common_type_t<Duration, typename Clock::duration>;
  using rough = std::chrono::duration<double, std::nano>;
  const steady_clock::time_point now = steady_clock::now();
  const auto shown = [&] {
    if constexpr (std::is_same_v<Clock, steady_clock::time_point::clock>) {
      return now.time_since_epoch();
    } else {
      return Clock::now().time_since_epoch();
    }
  }();
  const rough left = rough(moment.time_since_epoch()) - rough(shown);
  // Only moments that are near can be subtracted without an overflow.
  const bool is_near = left > -rough(longest_wait) && left < rough(longest_wait);
  return is_near ? deadline_after(exact(moment.time_since_epoch()) - exact(shown), now) : deadline_after(left, now);
}

}  // namespace filch::inline v0::detail
