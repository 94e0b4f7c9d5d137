// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include "base/tuning.hpp"

namespace filch::inline v0::detail {

/// Decides how long the next search of a worker is. While searches are in vain it is short, so that a task that comes
/// every few milliseconds does not pay for a spin that finds nothing. Now and then a whole search finds out whether
/// that is still so. The whole search comes sooner if the worker is woken so soon that a whole search would have found
/// the task that it is woken for.
class adaptive_spin {
 public:
  [[nodiscard]] bool is_short() const noexcept { return left_ < 0; }
  [[nodiscard]] std::chrono::nanoseconds budget(std::chrono::nanoseconds spin) const noexcept {
    return is_short() ? spin / tuning::short_searches : spin;
  }

  void found() noexcept { left_ = tuning::whole_searches_in_vain; }
  void found_nothing() noexcept {
    if (is_short()) {
      come_nearer(1);
    } else if (--left_ == 0) {
      left_ = -tuning::short_searches;
    }
  }
  void slept(std::chrono::nanoseconds asleep, std::chrono::nanoseconds spin) noexcept {
    if (is_short() && asleep < spin) {
      come_nearer(tuning::short_searches_per_short_sleep);
    }
  }

 private:
  void come_nearer(int searches) noexcept { left_ = left_ + searches < 0 ? left_ + searches : 1; }

  int left_ = tuning::whole_searches_in_vain;  // so many whole searches more, or if negative short ones
};

}  // namespace filch::inline v0::detail
