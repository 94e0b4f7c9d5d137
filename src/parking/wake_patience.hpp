// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/tuning.hpp"
#include "parking/sleep_word.hpp"

namespace filch::inline v0::detail {

/// Counts how often in a row one submitter has relied on the threads that search, and has woken nobody. A searcher that
/// runs finds one of these tasks, and changes the word. A searcher that the system has stopped does not. After `limit`
/// submissions the submitter wakes another sleeper. From then on it takes so many searchers for stopped ones, and
/// relies on further searchers only, until it sees fewer (docs/design/parking.md, "A searcher that is stopped").
class wake_patience {
 public:
  /// Many searchers are seldom stopped at once, but they often are all on their way out of their sleep. So each further
  /// searcher makes the submitter wait four times as long.
  [[nodiscard]] static constexpr std::uint32_t limit(std::uint32_t searching) noexcept {
    return tuning::submissions_per_searcher << std::min(2 * (searching - 1), std::uint32_t{20});
  }

  /// Somebody sleeps, and a core is free. Returns whether the submitter should wake a sleeper.
  [[nodiscard]] bool is_over(sleep_word::type state) noexcept {
    const std::uint32_t searching = sleep_word::searching(state);
    stopped_ = std::min(stopped_, searching);
    waited_ = state == seen_ ? waited_ + 1 : 0;
    seen_ = state;
    if (searching == stopped_) {
      return true;
    }
    if (waited_ < limit(searching - stopped_)) {
      return false;
    }
    stopped_ = searching;
    return true;
  }

 private:
  sleep_word::type seen_ = 0;
  std::uint32_t waited_ = 0;
  std::uint32_t stopped_ = 0;
};

}  // namespace filch::inline v0::detail
