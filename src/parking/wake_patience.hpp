// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

#include <filch/detail/sleep_word.hpp>

namespace filch::inline v0::detail {

/// How often one submitter in a row has relied on a thread that searches, and woken nobody. A searcher that gets on finds one of
/// these tasks, and the word changes. One that the system has stopped does not: after `limit` submissions another sleeper is
/// woken (docs/design/parking.md, "A searcher that is stopped").
class wake_patience {
 public:
  static constexpr std::uint32_t limit = 32;

  /// Somebody sleeps and somebody searches. Whether to wake a sleeper all the same.
  [[nodiscard]] bool is_over(sleep_word::type state) noexcept {
    waited_ = state == seen_ ? waited_ + 1 : 0;
    seen_ = state;
    return waited_ >= limit;
  }

 private:
  sleep_word::type seen_ = 0;
  std::uint32_t waited_ = 0;
};

}  // namespace filch::inline v0::detail
