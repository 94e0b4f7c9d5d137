// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>

#include "parking/quiescence.hpp"
#include "parking/sleepers.hpp"

namespace filch::inline v0::detail {

/// A worker, or the slot of a guest or a spare, that may sleep: `announce_tasks` orders what its thread has queued
/// before any later seq_cst operation, and `request_poll` asks that its next fork look for sleepers.
template <class T>
concept sleeping_slot = observed_slot<T> && requires(T& slot) {
  { slot.index() } -> std::convertible_to<std::size_t>;
  { slot.patience() } -> std::same_as<wake_patience&>;
  slot.announce_tasks();
  slot.park();
  slot.wake();
  slot.request_poll();
};

/// Besides: whether other workers should be woken rather than this one, because its CPU is another thread's now.
template <class T>
concept sleeping_team = observed_team<T> && requires(T& team, std::size_t index) {
  { team.at(index) } -> sleeping_slot;
  { team.is_displaced(index) } -> std::same_as<bool>;
};

/// How the workers of a pool sleep and are woken (docs/design/parking.md). `Team` derives from it, and is a
/// sleeping_team.
template <class Team, concurrency_policy Policy = native_policy>
class basic_wakeups : public basic_quiescence<Team, Policy> {
  using quiescence = basic_quiescence<Team, Policy>;
  template <class U>
  using atomic = typename Policy::template atomic<U>;
  using index_type = typename basic_sleepers<Policy>::index;

 public:
  using sleepers_type = basic_sleepers<Policy>;

  using quiescence::any_own_work;
  using quiescence::any_task;
  using quiescence::on_idle;
  using quiescence::stopping;

  basic_wakeups(std::size_t workers, std::size_t max_slots, bool has_heavy_barrier = Policy::has_heavy_barrier())
      : announcing_(has_heavy_barrier ? announcing::to_sleepers : announcing::always), sleepers_(workers, max_slots) {}

  [[nodiscard]] sleepers_type& sleepers() noexcept { return sleepers_; }

  /// For a thread that has published work by seq_cst, and goes on running. Wakes a worker if one sleeps, nobody
  /// searches, and a core is free. Prefers a worker that does not need the caller's CPU.
  void wake_one() noexcept { wake(sleepers_.wake_one()); }
  /// The same for one submitter, which relies on a searcher for a limited number of submissions.
  void wake_one(wake_patience& patience) noexcept { wake(sleepers_.wake_one(patience)); }

  /// The same for a child of a group, but only if a core is free beside the guests. The waiter of the group sees to it
  /// that the child is run in any case.
  void wake_helper() noexcept { wake(sleepers_.wake_helper()); }

  // The same for tasks that `w` has put in its own deque; `w` is the calling thread. This costs no fence if nobody
  // sleeps, because every worker that goes to sleep passes a heavy barrier before its last look.
  template <sleeping_slot Worker>
  void wake_one_for(Worker& w) noexcept {
    if (announce(w)) {
      wake_one(w.patience());
    }
  }
  template <sleeping_slot Worker>
  void wake_helper_for(Worker& w) noexcept {
    if (announce(w)) {
      wake_helper();
    }
  }

  /// For a forker of whom a poll was requested, and that runs its fork itself in the end. Wakes a worker if one sleeps,
  /// nobody searches, and a core is free beside the guests. A worker that searches, or that is woken here, requests
  /// polls of the forkers again when its search ends.
  void wake_thief() noexcept { wake(sleepers_.wake_one_unordered()); }

  void wake_all() noexcept {
    static_assert(sleeping_team<Team>);
    while (const auto sleeper = sleepers_.wake_any()) {
      team().at(*sleeper).wake();
    }
  }

  /// For a worker whose search has ended with work. A thread that submitted during the search may have relied on it,
  /// and woken nobody.
  void end_search() noexcept {
    sleepers_.stop_search();
    wake_for_queued();
    if (sleepers_.any()) {
      request_polls();
    }
  }

  /// For the thread of `w`, whose queues are empty. Sleeps until somebody wakes it; it then is a searcher. Returns
  /// false if the pool stops. docs/design/parking.md numbers the steps.
  template <sleeping_slot Worker>
  [[nodiscard]] bool sleep(Worker& w, before_sleep was) noexcept {
    w.activity_word().set_idle();
    const bool was_last = sleepers_.enlist(w.index(), was);
    request_polls();
    if (!was_last) {
      pass_heavy_barrier();
    }
    if (stopping()) {
      wake_all();
    } else {
      wake_for_queued(searchers::not_relied_on);  // a searcher may be stopped, and the next submission far away
    }
    on_idle();
    w.park();
    if (stopping()) {
      return false;  // idle for good
    }
    w.activity_word().set_busy();
    return true;
  }

  /// A thread that is no worker takes `slot`, which nobody else has. False if the pool drains: the thread must not
  /// take it.
  template <sleeping_slot Slot>
  [[nodiscard]] bool enter(Slot& slot) noexcept {
    if (!quiescence::admit(slot)) {
      return false;
    }
    end_guest_blocking(slot);
    return true;
  }

  /// The guest has joined all its forks, and leaves.
  template <sleeping_slot Slot>
  void leave(Slot& slot) noexcept {
    begin_guest_blocking();
    quiescence::set_idle(slot);
  }

  /// A guest is about to park, so a worker may run in its place until `end_guest_blocking`. After that one thread too
  /// many runs for a while.
  void begin_guest_blocking() noexcept {
    if (sleepers_.remove_guest()) {
      wake_for_any();
    }
  }
  template <sleeping_slot Slot>
  void end_guest_blocking(Slot& slot) noexcept {
    if (sleepers_.add_guest()) {
      // The last sleeper relies on this request, and no sleeper has requested a poll of a slot that was made since.
      slot.request_poll();
    }
  }

  /// A worker is about to park in a wait, and lends its core until `end_blocking`.
  void begin_blocking() noexcept {
    if (sleepers_.begin_blocking()) {
      wake_for_any();
    }
  }
  /// The end of such a wait; or the beginning of a spare.
  template <sleeping_slot Worker>
  void end_blocking(Worker& w) noexcept {
    if (sleepers_.end_blocking()) {
      w.request_poll();
    }
  }

 private:
  using quiescence::team;

  enum class searchers : unsigned char { relied_on, not_relied_on };

  /// When a worker that pushes to its own deque announces the push. It need not while nobody sleeps, because each
  /// worker that goes to sleep passes a heavy barrier. If the system begins to refuse barriers, workers announce every
  /// push. Once all of them know that, sleepers pass no barrier any more.
  enum class announcing : unsigned char { to_sleepers, always_soon, always };

  // Whether somebody may have to be woken for the newest tasks of `w`. If so, these tasks are published by seq_cst.
  template <sleeping_slot Worker>
  [[nodiscard]] bool announce(Worker& w) noexcept {
    Policy::light_barrier();
    // relaxed: whoever relies on a change of it passes a barrier after it.
    if (announcing_.load(std::memory_order_relaxed) == announcing::to_sleepers && !sleepers_.any()) {
      return false;
    }
    w.announce_tasks();
    return true;
  }

  void pass_heavy_barrier() noexcept {
    // [Q2] acquire: whoever passed the barrier below did so before. Pairs with [Q1].
    if (announcing_.load(std::memory_order_acquire) == announcing::always) {
      return;
    }
    if (Policy::has_heavy_barrier()) {
      static_cast<void>(Policy::heavy_barrier());
      return;
    }
    // relaxed: the barrier orders it.
    announcing_.store(announcing::always_soon, std::memory_order_relaxed);
    if (Policy::heavy_barrier()) {
      // [Q1] release: from the barrier on all who push see that they must announce it. Pairs with [Q2].
      announcing_.store(announcing::always, std::memory_order_release);
    }
  }

  // Wakes the sleeper that was taken off the stack, or the one below it if the first is displaced. In that case the
  // first goes back on the stack without being woken, and the other is counted as a searcher all the while.
  FILCH_INLINE void wake(std::optional<index_type> sleeper) noexcept {
    if (sleeper) [[unlikely]] {
      wake_or_replace(*sleeper);
    }
  }

  FILCH_COLD void wake_or_replace(index_type sleeper) noexcept {
    if (team().is_displaced(sleeper)) {
      if (const auto other = sleepers_.wake_any()) {
        static_cast<void>(sleepers_.enlist(sleeper, before_sleep::searching));
        sleeper = *other;
        pass_heavy_barrier();  // a submitter without a fence may have looked while the sleeper was off the stack
        if (stopping()) {
          wake_all();  // so may the thread that stopped the pool
        }
      }
    }
    team().at(sleeper).wake();
  }

  void wake_for_any() noexcept {
    wake_for_queued();
    request_polls();
  }

  void wake_for_queued(searchers s = searchers::relied_on) noexcept {
    if (any_task()) {
      wake(s == searchers::relied_on ? sleepers_.wake_one() : sleepers_.wake_beside_searchers());
    } else if (any_own_work()) {
      wake_thief();
    }
  }

  // Asks everybody's next fork to look for sleepers.
  void request_polls() noexcept {
    const std::size_t slots = team().slots();
    for (std::size_t i = 0; i < slots; ++i) {
      team().at(i).request_poll();
    }
  }

  atomic<announcing> announcing_;
  sleepers_type sleepers_;
};

}  // namespace filch::inline v0::detail
