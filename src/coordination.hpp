// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <filch/detail/atomic.hpp>

#include "activity.hpp"
#include "callers.hpp"
#include "parking/event_count.hpp"
#include "parking/sleepers.hpp"

namespace filch::inline v0::detail {

/// How the workers of a pool sleep and are woken (docs/design/parking.md), and how the pool is found idle and stopped
/// (docs/design/lifetime.md). `Team` derives from it and has at(index) and places(), the number of workers and of places of
/// guests and spares, and is_displaced(index), whether others should be woken rather than that one; a worker has index(),
/// has_tasks(), has_own(), activity_word(), announce_tasks(), park(), wake() and call_forker().
template <class Team, class Policy = native_policy>
class basic_coordination {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  using sleepers_type = basic_sleepers<Policy>;
  using event_count_type = basic_event_count<Policy>;
  using callers_type = basic_callers<Policy>;

  basic_coordination(std::size_t workers, std::size_t max_places, bool has_heavy_barrier = Policy::has_heavy_barrier())
      : has_heavy_barrier_(has_heavy_barrier), sleepers_(workers, max_places) {}

  [[nodiscard]] sleepers_type& sleepers() noexcept { return sleepers_; }
  [[nodiscard]] callers_type& in_place() noexcept { return in_place_; }

  /// After work was published by seq_cst: wakes a worker if one sleeps and nobody searches and it has a share.
  void wake_one() noexcept { wake(sleepers_.wake_one()); }

  /// For a group's child, for which its group's waiter sees to it that it is run: the same, if there is room.
  void wake_helper() noexcept { wake(sleepers_.wake_helper()); }

  // The same for tasks that `w`, in its own thread, has put in its own deque. If nobody sleeps it costs no fence, for whoever
  // comes to sleep passes a heavy barrier before its last look.
  template <class Worker>
  void wake_one_for(Worker& w) noexcept {
    if (announce(w)) {
      wake_one();
    }
  }
  template <class Worker>
  void wake_helper_for(Worker& w) noexcept {
    if (announce(w)) {
      wake_helper();
    }
  }

  /// For a fork that was called, and that its owner runs itself in the end: wakes a worker if one sleeps and nobody
  /// searches and there is room for it. Whoever searches, or is woken here, calls the forkers again when it ends.
  void wake_thief() noexcept { wake(sleepers_.wake_one_unordered()); }

  void wake_all() noexcept {
    while (const auto sleeper = sleepers_.wake_any()) {
      team().at(*sleeper).wake();
    }
  }

  // Whether a queue of any place holds something that a worker has to run, or something that its owner runs itself in the
  // end; seen after all earlier seq_cst operations.
  [[nodiscard]] bool any_task() const noexcept {
    return any([](auto& place) { return place.has_tasks(); });
  }
  [[nodiscard]] bool any_own_work() const noexcept {
    return any([](auto& place) { return place.has_own(); });
  }

  /// A search ended with work. Whoever submitted while it went on may have relied on it and woken nobody.
  void end_search() noexcept {
    sleepers_.stop_search();
    wake_for_queued();
    if (sleepers_.any()) {
      call_forkers();
    }
  }

  /// Own thread of `w`, whose queues are empty: sleeps until it is woken, and is a searcher then. False: the pool stops.
  /// The steps are numbered in docs/design/parking.md.
  template <class Worker>
  [[nodiscard]] bool sleep(Worker& w, bool was_searching) noexcept {
    w.activity_word().set_idle();
    const bool was_last = sleepers_.enlist(w.index(), was_searching);
    call_forkers();
    if (!was_last) {
      pass_heavy_barrier();
    }
    if (stopping()) {
      wake_all();
    } else {
      wake_for_queued();
    }
    on_idle();
    w.park();
    w.activity_word().set_busy();
    return !stopping();
  }

  /// A thread that is no worker takes `place`, which nobody else has. False, and it must not, if the pool drains.
  template <class Place>
  [[nodiscard]] bool enter(Place& place) noexcept {
    place.activity_word().set_busy();
    // [H5] seq_cst: after the step to busy [A2]: either this sees the drain, or the drain's collect sees the step. Pairs
    // with [H4].
    if (draining_.load(std::memory_order_seq_cst)) {
      set_idle(place);
      return false;
    }
    resume(place);
    return true;
  }

  /// It has joined all its forks.
  template <class Place>
  void leave(Place& place) noexcept {
    cede();
    set_idle(place);
  }

  /// A guest is about to park: a worker may take its share of the machine. Until `resume`, when more run for a while.
  void cede() noexcept {
    if (sleepers_.remove_guest()) {
      wake_for_any();
    }
  }
  template <class Place>
  void resume(Place& place) noexcept {
    if (sleepers_.add_guest()) {
      place.call_forker();  // of the sleepers, the last relies on it, and none has called a place that was made since
    }
  }

  /// The same for a worker that is about to park in a wait, and its share. Until `take_share`.
  void lend_share() noexcept {
    if (sleepers_.lend_share()) {
      wake_for_any();
    }
  }
  /// The end of that; or a spare begins.
  template <class Worker>
  void take_share(Worker& w) noexcept {
    if (sleepers_.take_share()) {
      w.call_forker();
    }
  }

  /// Whether at some moment during the call no task was queued or running: the double collect of
  /// docs/design/lifetime.md, "Idle".
  [[nodiscard]] bool quiescent() const noexcept {
    const std::uint64_t before = collect();
    return before != busy && !any_task() && !any_own_work() && collect() == before;
  }

  /// A worker or caller has become idle: tells those who wait for that.
  void on_idle() noexcept {
    // [H3] seq_cst: after the step to idle [A2]: either this sees the drain, or the drain's collect sees the step.
    // Pairs with [H4].
    const bool draining = draining_.load(std::memory_order_seq_cst);
    if ((draining || idle_.has_waiters()) && quiescent()) {
      if (draining) {
        stop();
      }
      idle_.notify_all();
    }
  }

  /// Returns at a moment with no queued or running task. Not for a worker of the team.
  void wait_until_quiescent() noexcept {
    for (;;) {
      const auto key = idle_.announce();
      if (quiescent()) {
        idle_.cancel();
        return;
      }
      idle_.wait(key);
    }
  }

  /// Waits until the pool stops; false if `deadline` comes first. After begin_drain.
  template <class TimePoint>
  [[nodiscard]] bool wait_until_stopped(TimePoint deadline) noexcept {
    for (;;) {
      const auto key = idle_.announce();
      if (stopping()) {
        idle_.cancel();
        return true;
      }
      if (!idle_.wait_until(key, deadline)) {
        return false;
      }
    }
  }

  /// Stops the workers as soon as no task is left. The inboxes are closed.
  void begin_drain() noexcept {
    // [H4] seq_cst: before the collect below. Pairs with [H3] and [H5].
    draining_.store(true, std::memory_order_seq_cst);
    if (quiescent()) {
      stop();
    }
  }

  /// Ends the workers' loops as soon as they have nothing in hand.
  void stop() noexcept {
    // [H2] seq_cst: before the look for sleepers [S5]. Pairs with [H1].
    stopping_.store(true, std::memory_order_seq_cst);
    wake_all();
  }

  [[nodiscard]] bool stopping() const noexcept {
    // [H1] seq_cst: a worker that announced its sleep sees the flag of whoever did not see it asleep. Pairs with [H2].
    return stopping_.load(std::memory_order_seq_cst);
  }

 private:
  static constexpr std::uint64_t busy = ~std::uint64_t{0};

  [[nodiscard]] const Team& team() const noexcept { return static_cast<const Team&>(*this); }

  template <class Has>
  [[nodiscard]] bool any(Has has) const noexcept {
    const std::size_t places = team().places();
    for (std::size_t i = 0; i < places; ++i) {
      if (has(team().at(i))) {
        return true;
      }
    }
    return false;
  }

  // Whether somebody may have to be woken for the newest tasks of `w`, which are then published by seq_cst.
  template <class Worker>
  [[nodiscard]] bool announce(Worker& w) noexcept {
    Policy::light_barrier();
    if (has_heavy_barrier_ && !sleepers_.any()) {
      return false;
    }
    w.announce_tasks();
    return true;
  }

  void pass_heavy_barrier() const noexcept {
    if (has_heavy_barrier_) {
      static_cast<void>(Policy::heavy_barrier());
    }
  }

  // Who was taken off the stack, or the one below if the first has no CPU for itself: that one goes back unwoken, and the other
  // is counted as a searcher all the while.
  void wake(std::optional<typename sleepers_type::index> sleeper) noexcept {
    if (!sleeper) {
      return;
    }
    if (team().is_displaced(*sleeper)) {
      if (const auto other = sleepers_.wake_any()) {
        static_cast<void>(sleepers_.enlist(*sleeper, true));
        sleeper = other;
        pass_heavy_barrier();  // whoever submitted without a fence may have looked while it was off the stack
        if (stopping()) {
          wake_all();  // whoever stopped the pool may have looked while it was off the stack
        }
      }
    }
    team().at(*sleeper).wake();
  }

  void wake_for_any() noexcept {
    wake_for_queued();
    call_forkers();
  }

  void wake_for_queued() noexcept {
    if (any_task()) {
      wake_one();
    } else if (any_own_work()) {
      wake_thief();
    }
  }

  template <class Place>
  void set_idle(Place& place) noexcept {
    place.activity_word().set_idle();
    on_idle();
  }

  // Asks everybody's next fork to look for sleepers.
  void call_forkers() noexcept {
    const std::size_t places = team().places();
    for (std::size_t i = 0; i < places; ++i) {
      team().at(i).call_forker();
    }
  }

  // The sum of all activity words, which only grow; `busy` if one of them says so.
  [[nodiscard]] std::uint64_t collect() const noexcept {
    std::uint64_t sum = in_place_.read();
    if (callers_type::any(sum)) {
      return busy;
    }
    const std::size_t places = team().places();
    for (std::size_t i = 0; i < places; ++i) {
      const std::uint64_t v = team().at(i).activity_word().read();
      if (basic_activity<Policy>::is_busy(v)) {
        return busy;
      }
      sum += v;
    }
    return sum;
  }

  const bool has_heavy_barrier_;
  sleepers_type sleepers_;
  event_count_type idle_;
  callers_type in_place_;
  atomic<bool> draining_{false};
  atomic<bool> stopping_{false};
};

}  // namespace filch::inline v0::detail
