// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts the unfinished jobs of a group, and says whether somebody waits for them, in one word. So the last job to
/// finish touches the group again only if a waiter is bound to stay for it.
///
/// The count is biased (Choi, Shull, Torrellas, PACT 2018): the group's owner counts by plain stores what it adds, and
/// what it has run in a wait. The word lacks this part until it is merged: by the owner when it waits, or by a waiter
/// elsewhere, which revokes the bias, so that the owner merges each step from then on (docs/design/groups.md, "The
/// biased count").
template <concurrency_policy Policy = native_policy>
class basic_group_counter {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  enum class finished : unsigned char { not_last, last_unawaited, last_awaited };
  enum class waiting : unsigned char { nothing_left, must_wait, somebody_waits };

  void add() noexcept {
    // relaxed: the job is published by its queue, and its end by [G1].
    word_.fetch_add(one_job, std::memory_order_relaxed);
  }

  /// The end of one job. Unless this returns last_awaited, the group may be gone afterwards.
  [[nodiscard]] finished finish() noexcept {
    Policy::at(test_point::group_before_finish);
    // relaxed: the exchange below decides.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    // The last job takes the waiter's bit away in the same step, so that jobs that come later do not signal again.
    // [G1] acq_rel: publishes the job's work to the waiter, and to the last job, which signals for all.
    // Pairs with [G2], [G4] and [G5]. Failure relaxed: only the value is used.
    while (!word_.compare_exchange_weak(before, without_idle_waiter(before - one_job), std::memory_order_acq_rel,
                                        std::memory_order_relaxed)) {
    }
    return end(before, before - one_job);
  }

  /// Binds the caller to wait for the signal of the last job, unless there is nothing to wait for. The owner's part
  /// must be merged.
  [[nodiscard]] waiting begin_wait() noexcept {
    for (;;) {
      // [G2] acquire: the work of jobs that have finished. Pairs with [G1].
      std::uint64_t before = word_.load(std::memory_order_acquire);
      if (jobs(before) == 0) {
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

  /// Takes back what `begin_wait` has bound the caller to. False if the last job has finished meanwhile: it signals,
  /// and the caller has to wait for that.
  [[nodiscard]] bool cancel_wait() noexcept {
    // relaxed: the exchange below decides.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    while ((before & waiter_bit) != 0) {
      // relaxed, both: the caller has seen nothing of the jobs, and a last job that finds the bit signals by [L2].
      if (word_.compare_exchange_weak(before, before & ~waiter_bit, std::memory_order_relaxed,
                                      std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  /// Owner, before the job is queued.
  void add_biased() noexcept { static_cast<void>(step_biased(1)); }

  /// Owner: from now on, one of the jobs that it has added is counted as any other.
  void release() noexcept {
    add();
    static_cast<void>(step_biased(~std::uint32_t{0}));
  }

  /// Owner: the number of jobs that it has added and neither released nor ended.
  [[nodiscard]] std::uint32_t biased() const noexcept {
    // relaxed: only the owner writes it.
    return biased_.load(std::memory_order_relaxed);
  }

  /// Owner, in a wait: the end of a job that it has added. Other threads learn of it by `finish_biased`.
  void end_biased() noexcept {
    // relaxed: only the owner writes it, and no work is published by it.
    biased_.store(biased() - 1, std::memory_order_relaxed);
  }

  /// Owner, after such ends: as `finish`, for all of them.
  [[nodiscard]] finished finish_biased() noexcept {
    Policy::light_barrier();
    return is_revoked() ? merge().result : finished::not_last;
  }

  /// Owner: whether each of its steps is merged at once, so that the bias gains nothing.
  [[nodiscard]] bool is_revoked() const noexcept {
    // relaxed: a hint.
    return revoked_.load(std::memory_order_relaxed);
  }

  /// Whether nothing is counted. Then all jobs have finished; but all may have finished if this is false, too. Asked by
  /// the thread that destroys the group.
  [[nodiscard]] bool is_untouched() const noexcept {
    // [G5] acquire: the work of jobs that have finished. Pairs with [G1].
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    // relaxed: only the owner writes it, and does not while the group is destroyed.
    return (word | biased_.load(std::memory_order_relaxed)) == 0;
  }

  /// Owner: whether all jobs have finished.
  [[nodiscard]] bool is_zero_for_owner() const noexcept {
    // [G4] acquire: the work of jobs that have finished. Pairs with [G1].
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    return (word | biased()) == 0 || jobs(merged_at(word, biased())) == 0;
  }

  /// Owner: merges now and, until `restore_bias`, each step.
  void suspend_bias() noexcept {
    // relaxed: read by this thread.
    revoked_.store(true, std::memory_order_relaxed);
    // relaxed: what another thread has merged this one need not merge.
    if (merged_in(word_.load(std::memory_order_relaxed)) != biased()) {
      static_cast<void>(merge());
    }
  }
  /// Owner: the wait is over.
  void restore_bias() noexcept {
    // relaxed: read by this thread.
    revoked_.store(false, std::memory_order_relaxed);
  }

  /// Another thread: takes the bias away for good. From now on the owner merges each step.
  void revoke() noexcept {
    // relaxed: the barrier orders it.
    revoked_.store(true, std::memory_order_relaxed);
    // A step before the barrier is seen below. At a step after the barrier the owner sees the mark, and merges that
    // step itself.
    static_cast<void>(Policy::heavy_barrier());
    std::uint32_t merged = 0;
    do {
      merged = merge().biased;
      // relaxed: a step that was merged before is seen since [G3]; one that was not will correct this merge.
    } while (biased_.load(std::memory_order_relaxed) != merged);
  }

 private:
  // Bit 0: a waiter is bound. 1 to 32: how much of biased_ is merged. 33 to 63: unfinished jobs but for the rest of
  // that; below zero while other threads have finished more jobs of the owner than are merged.
  static constexpr std::uint64_t waiter_bit = 1;
  static constexpr std::uint64_t merged_unit = 2;
  static constexpr std::uint64_t merged_mask = std::uint64_t{0xFFFF'FFFF} * merged_unit;
  static constexpr std::uint64_t one_job = std::uint64_t{1} << 33;

  [[nodiscard]] static constexpr std::uint64_t jobs(std::uint64_t word) noexcept { return word / one_job; }
  [[nodiscard]] static constexpr std::uint64_t without_idle_waiter(std::uint64_t word) noexcept {
    return jobs(word) == 0 ? word & ~waiter_bit : word;
  }
  [[nodiscard]] static constexpr finished end(std::uint64_t before, std::uint64_t after) noexcept {
    if (jobs(after) != 0) {
      return finished::not_last;
    }
    return (before & waiter_bit) != 0 ? finished::last_awaited : finished::last_unawaited;
  }
  [[nodiscard]] static constexpr std::uint32_t merged_in(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>((word & merged_mask) / merged_unit);
  }
  [[nodiscard]] static constexpr std::uint64_t merged_at(std::uint64_t word, std::uint32_t biased) noexcept {
    return (word & ~merged_mask) + biased * merged_unit + std::uint64_t{biased - merged_in(word)} * one_job;
  }

  struct merge_result {
    std::uint32_t biased;
    finished result;
  };

  merge_result merge() noexcept {
    // relaxed: the exchange below decides.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    for (;;) {
      // relaxed: see revoke.
      const std::uint32_t biased = biased_.load(std::memory_order_relaxed);
      const std::uint64_t after = merged_at(before, biased);
      // [G3] acq_rel: of two that merge, the second sees the step that the first has merged. Pairs with [G3].
      // Failure relaxed: only the value is used.
      if (word_.compare_exchange_weak(before, without_idle_waiter(after), std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        return {biased, end(before, after)};
      }
    }
  }

  [[nodiscard]] finished step_biased(std::uint32_t n) noexcept {
    // relaxed: only the owner writes it, and no work is published by it.
    biased_.store(biased() + n, std::memory_order_relaxed);
    return finish_biased();
  }

  atomic<std::uint64_t> word_{0};
  atomic<std::uint32_t> biased_{0};
  atomic<bool> revoked_{false};
};

using group_counter = basic_group_counter<>;

}  // namespace filch::inline v0::detail
