// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts the unfinished jobs of a group and knows whether somebody waits for them, in one word, so that the last job
/// to finish touches the group again only if a waiter is bound to stay for it.
template <class Policy = native_policy>
class basic_group_counter {
 public:
  enum class finished : unsigned char { not_last, last_unawaited, last_awaited };
  enum class waiting : unsigned char { nothing_left, must_wait, somebody_waits };

  void add() noexcept {
    // relaxed: the job is published by its queue, and its end by [G1].
    word_.fetch_add(one_job, std::memory_order_relaxed);
  }

  /// One job's end. Unless it says last_awaited, the group may be gone when it returns.
  [[nodiscard]] finished finish() noexcept {
    Policy::at(point::group_before_finish);
    // relaxed: the exchange below settles it.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    // The last job takes the waiter's bit away in the same step, so that jobs that come later do not signal again.
    // [G1] acq_rel: publishes the job's work to the waiter, and to the last job, which signals for all.
    // Pairs with [G2]. Failure relaxed: only the value is used.
    while (!word_.compare_exchange_weak(before, before == (one_job | waiter_bit) ? 0 : before - one_job,
                                        std::memory_order_acq_rel, std::memory_order_relaxed)) {
    }
    if (before == (one_job | waiter_bit)) {
      return finished::last_awaited;
    }
    return before == one_job ? finished::last_unawaited : finished::not_last;
  }

  /// Binds the caller to wait for the signal of the last job, unless there is nothing to wait for.
  [[nodiscard]] waiting begin_wait() noexcept {
    for (;;) {
      // [G2] acquire: the work of jobs that have finished. Pairs with [G1].
      std::uint64_t before = word_.load(std::memory_order_acquire);
      if (before == 0) {
        return waiting::nothing_left;
      }
      if ((before & waiter_bit) != 0) {
        return waiting::somebody_waits;
      }
      // relaxed, both: the end of the wait is published by its signal.
      if (word_.compare_exchange_weak(before, before | waiter_bit, std::memory_order_relaxed,
                                      std::memory_order_relaxed)) {
        return waiting::must_wait;
      }
    }
  }

 private:
  static constexpr std::uint64_t waiter_bit = 1;
  static constexpr std::uint64_t one_job = 2;

  typename Policy::template atomic<std::uint64_t> word_{0};
};

using group_counter = basic_group_counter<>;

}  // namespace filch::inline v0::detail
