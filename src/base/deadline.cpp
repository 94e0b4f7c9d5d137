// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/base/deadline.hpp>

#include <cstdint>

namespace filch::inline v0::detail {

steady_clock::time_point moment_after(double nanoseconds, steady_clock::time_point now) noexcept {
  if (!(nanoseconds > 0)) {
    return now;
  }
  if (nanoseconds >= static_cast<double>(longest_wait.count())) {
    return now + longest_wait;
  }
  const auto whole = static_cast<std::int64_t>(nanoseconds);
  const std::int64_t rounded_up = whole + (static_cast<double>(whole) < nanoseconds ? 1 : 0);
  return now + std::chrono::nanoseconds(rounded_up);
}

}  // namespace filch::inline v0::detail
