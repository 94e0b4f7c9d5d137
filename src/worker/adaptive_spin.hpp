// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>

namespace filch::inline v0::detail {

/// Decides how long the next search of a worker is. While searches are in vain it is short, so that a task that comes
/// every few milliseconds does not pay for a spin that finds nothing. Now and then a whole search finds out whether
/// that is still so. The whole search comes sooner if the worker is woken so soon that a whole search would have found
/// the task that it is woken for.
class adaptive_spin {
 public:
  /// How many whole searches in vain make the next ones short, and how many of these come before the next whole one.
  static constexpr int whole_in_vain = 4;
  static constexpr int period = 64;
  /// A short sleep counts as so many short searches.
  static constexpr int short_sleep = 32;

  [[nodiscard]] bool is_short() const noexcept { return left_ < 0; }
  [[nodiscard]] std::chrono::nanoseconds budget(std::chrono::nanoseconds spin) const noexcept {
    return is_short() ? spin / period : spin;
  }

  void found() noexcept { left_ = whole_in_vain; }
  void found_nothing() noexcept {
    if (is_short()) {
      come_nearer(1);
    } else if (--left_ == 0) {
      left_ = -period;
    }
  }
  void slept(std::chrono::nanoseconds asleep, std::chrono::nanoseconds spin) noexcept {
    if (is_short() && asleep < spin) {
      come_nearer(short_sleep);
    }
  }

 private:
  void come_nearer(int searches) noexcept { left_ = left_ + searches < 0 ? left_ + searches : 1; }

  int left_ = whole_in_vain;  // so many whole searches more, or if negative short ones
};

}  // namespace filch::inline v0::detail
