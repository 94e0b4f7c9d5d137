// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// What a task was claimed for.
enum class claimed : std::uint8_t { not_yet, to_run, to_cancel };

/// Decides which thread may start a task that can be reached from several places. Exactly one caller of `claim_for` is
/// told that nobody had claimed the task before.
template <concurrency_policy Policy = native_policy>
class basic_claim {
 public:
  /// Returns what the task had been claimed for before. A caller that may have claimed the task itself asks
  /// `is_claimed` first.
  [[nodiscard]] claimed claim_for(claimed what) noexcept {
    Policy::at(test_point::claim_before_claim);
    // relaxed: decides only who; the task itself was published by whatever led the claimer here, and its end is
    // published by its latch.
    return claimed_.exchange(what, std::memory_order_relaxed);
  }
  [[nodiscard]] bool try_claim() noexcept { return claim_for(claimed::to_run) == claimed::not_yet; }

  /// Whether somebody has claimed it already; a hint.
  [[nodiscard]] bool is_claimed() const noexcept {
    // relaxed: a hint.
    return claimed_.load(std::memory_order_relaxed) != claimed::not_yet;
  }

 private:
  typename Policy::template atomic<claimed> claimed_{claimed::not_yet};
};

using claim = basic_claim<>;

}  // namespace filch::inline v0::detail
