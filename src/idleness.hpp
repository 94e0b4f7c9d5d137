// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <filch/detail/atomic.hpp>

#include "activity.hpp"
#include "callers.hpp"
#include "parking/event_count.hpp"

namespace filch::inline v0::detail {

/// How a pool is found idle and stopped (docs/design/lifetime.md). `Team` derives from it and has at(index) and places(), the
/// number of workers and of places of guests and spares, and wake_all(); a place has activity_word(), has_tasks() and has_own().
template <class Team, class Policy = native_policy>
class basic_idleness {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  using event_count_type = basic_event_count<Policy>;
  using callers_type = basic_callers<Policy>;

  [[nodiscard]] callers_type& in_place() noexcept { return in_place_; }

  // Whether a queue of any place holds something that a worker has to run, or something that its owner runs itself in the
  // end; seen after all earlier seq_cst operations.
  [[nodiscard]] bool any_task() const noexcept {
    return any([](auto& place) { return place.has_tasks(); });
  }
  [[nodiscard]] bool any_own_work() const noexcept {
    return any([](auto& place) { return place.has_own(); });
  }

  /// A thread that is no worker begins to run tasks in `place`, which nobody else has. False, and it must not, if the pool
  /// drains.
  template <class Place>
  [[nodiscard]] bool admit(Place& place) noexcept {
    place.activity_word().set_busy();
    // [H5] seq_cst: after the step to busy [A2]: either this sees the drain, or the drain's collect sees the step. Pairs
    // with [H4].
    if (draining_.load(std::memory_order_seq_cst)) {
      set_idle(place);
      return false;
    }
    return true;
  }
  /// The end of that.
  template <class Place>
  void set_idle(Place& place) noexcept {
    place.activity_word().set_idle();
    on_idle();
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
    team().wake_all();
  }

  [[nodiscard]] bool stopping() const noexcept {
    // [H1] seq_cst: a worker that announced its sleep sees the flag of whoever did not see it asleep. Pairs with [H2].
    return stopping_.load(std::memory_order_seq_cst);
  }

 protected:
  [[nodiscard]] Team& team() noexcept { return static_cast<Team&>(*this); }
  [[nodiscard]] const Team& team() const noexcept { return static_cast<const Team&>(*this); }

 private:
  static constexpr std::uint64_t busy = ~std::uint64_t{0};

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

  event_count_type idle_;
  callers_type in_place_;
  atomic<bool> draining_{false};
  atomic<bool> stopping_{false};
};

}  // namespace filch::inline v0::detail
