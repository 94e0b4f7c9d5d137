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
template <class Policy = native_policy>
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

/// Counts the places from which an object can be reached. Whoever drops the last reference frees the object.
template <class Policy = native_policy>
class basic_ref_count {
 public:
  explicit basic_ref_count(std::uint32_t initial) noexcept : count_(initial) {}

  void add() noexcept {
    // relaxed: the caller has a reference already.
    count_.fetch_add(1, std::memory_order_relaxed);
  }

  /// Returns whether this was the last reference.
  [[nodiscard]] bool drop() noexcept {
    // [J1] acq_rel: what the others did with the object happens before the last one frees it. Pairs with [J1].
    return count_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

 private:
  typename Policy::template atomic<std::uint32_t> count_;
};

using claim = basic_claim<>;
using ref_count = basic_ref_count<>;

}  // namespace filch::inline v0::detail
