// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Counts the unfinished jobs of a group, and says whether somebody waits for them, in one word. So the last job to
/// finish touches the group again only if a waiter is bound to stay for it.
///
/// The thread where the group is at home counts by plain stores what it adds, and what it has run in a wait. The word
/// lacks this part until it is settled: by the home when it waits, or by a waiter elsewhere, which makes the home
/// settle each step from then on (docs/design/groups.md, "Counting at home").
template <class Policy = native_policy>
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
    Policy::at(point::group_before_finish);
    // relaxed: the exchange below settles it.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    // The last job takes the waiter's bit away in the same step, so that jobs that come later do not signal again.
    // [G1] acq_rel: publishes the job's work to the waiter, and to the last job, which signals for all.
    // Pairs with [G2], [G4] and [G5]. Failure relaxed: only the value is used.
    while (!word_.compare_exchange_weak(before, without_idle_waiter(before - one_job), std::memory_order_acq_rel,
                                        std::memory_order_relaxed)) {
    }
    return end(before, before - one_job);
  }

  /// Binds the caller to wait for the signal of the last job, unless there is nothing to wait for. The word must be
  /// settled.
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
    // relaxed: the exchange below settles it.
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

  /// At home, before the job is queued.
  void add_at_home() noexcept { static_cast<void>(step_at_home(1)); }

  /// At home: makes one of the jobs that were added there one like any other.
  void release() noexcept {
    add();
    static_cast<void>(step_at_home(~std::uint32_t{0}));
  }

  /// At home: the number of jobs that were added there and neither released nor ended.
  [[nodiscard]] std::uint32_t at_home() const noexcept {
    // relaxed: only the home writes it.
    return home_.load(std::memory_order_relaxed);
  }

  /// At home, in a wait: the end of a job that was added there. Other threads learn of it by `finish_at_home`.
  void end_at_home() noexcept {
    // relaxed: only the home writes it, and no work is published by it.
    home_.store(at_home() - 1, std::memory_order_relaxed);
  }

  /// At home, after such ends: as `finish`, for all of them.
  [[nodiscard]] finished finish_at_home() noexcept {
    Policy::light_barrier();
    return is_shared() ? settle().result : finished::not_last;
  }

  /// At home: whether steps are settled at once, so that counting at home gains nothing.
  [[nodiscard]] bool is_shared() const noexcept {
    // relaxed: a hint.
    return shared_.load(std::memory_order_relaxed);
  }

  /// Whether nothing is counted. Then all jobs have finished; but all may have finished if this is false, too. Asked by
  /// the thread that destroys the group.
  [[nodiscard]] bool is_untouched() const noexcept {
    // [G5] acquire: the work of jobs that have finished. Pairs with [G1].
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    // relaxed: only the home writes it, and does not while the group is destroyed.
    return (word | home_.load(std::memory_order_relaxed)) == 0;
  }

  /// At home: whether all jobs have finished.
  [[nodiscard]] bool is_zero_at_home() const noexcept {
    // [G4] acquire: the work of jobs that have finished. Pairs with [G1].
    const std::uint64_t word = word_.load(std::memory_order_acquire);
    return (word | at_home()) == 0 || jobs(settled_at(word, at_home())) == 0;
  }

  /// At home: settles now and, until `unshare`, each step.
  void share_at_home() noexcept {
    // relaxed: read by this thread.
    shared_.store(true, std::memory_order_relaxed);
    // relaxed: what another thread has settled this one need not settle.
    if (settled_in(word_.load(std::memory_order_relaxed)) != at_home()) {
      static_cast<void>(settle());
    }
  }
  /// At home: the wait is over.
  void unshare() noexcept {
    // relaxed: read by this thread.
    shared_.store(false, std::memory_order_relaxed);
  }

  /// On another thread: the same, for good.
  void share() noexcept {
    // relaxed: the barrier orders it.
    shared_.store(true, std::memory_order_relaxed);
    // A step before the barrier is seen below. The home sees the mark at a step after the barrier, and settles that
    // step itself.
    static_cast<void>(Policy::heavy_barrier());
    std::uint32_t settled = 0;
    do {
      settled = settle().home;
      // relaxed: a step that settled before is seen since [G3]; one that has not will settle this one's error.
    } while (home_.load(std::memory_order_relaxed) != settled);
  }

 private:
  // Bit 0: a waiter is bound. 1 to 32: how much of home_ is settled. 33 to 63: unfinished jobs but for the rest of
  // that; below zero while those whom others have finished are more than are settled.
  static constexpr std::uint64_t waiter_bit = 1;
  static constexpr std::uint64_t settled_unit = 2;
  static constexpr std::uint64_t settled_mask = std::uint64_t{0xFFFF'FFFF} * settled_unit;
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
  [[nodiscard]] static constexpr std::uint32_t settled_in(std::uint64_t word) noexcept {
    return static_cast<std::uint32_t>((word & settled_mask) / settled_unit);
  }
  [[nodiscard]] static constexpr std::uint64_t settled_at(std::uint64_t word, std::uint32_t home) noexcept {
    return (word & ~settled_mask) + home * settled_unit + std::uint64_t{home - settled_in(word)} * one_job;
  }

  struct settlement {
    std::uint32_t home;
    finished result;
  };

  settlement settle() noexcept {
    // relaxed: the exchange below settles it.
    std::uint64_t before = word_.load(std::memory_order_relaxed);
    for (;;) {
      // relaxed: see share.
      const std::uint32_t home = home_.load(std::memory_order_relaxed);
      const std::uint64_t after = settled_at(before, home);
      // [G3] acq_rel: of two that settle, the second sees the step that the first has settled. Pairs with [G3].
      // Failure relaxed: only the value is used.
      if (word_.compare_exchange_weak(before, without_idle_waiter(after), std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        return {home, end(before, after)};
      }
    }
  }

  [[nodiscard]] finished step_at_home(std::uint32_t n) noexcept {
    // relaxed: only the home writes it, and no work is published by it.
    home_.store(at_home() + n, std::memory_order_relaxed);
    return finish_at_home();
  }

  atomic<std::uint64_t> word_{0};
  atomic<std::uint32_t> home_{0};
  atomic<bool> shared_{false};
};

using group_counter = basic_group_counter<>;

}  // namespace filch::inline v0::detail
