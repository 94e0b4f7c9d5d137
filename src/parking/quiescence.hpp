// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

#include "parking/activity.hpp"
#include "parking/callers.hpp"
#include "parking/event_count.hpp"

namespace filch::inline v0::detail {

/// A worker, or the slot of a guest or a spare: whether it is busy, whether its queues hold something that a worker has
/// to run, and whether they hold something that its owner runs itself in the end.
template <class T>
concept observed_slot = requires(T& slot) {
  slot.activity_word().set_busy();
  slot.activity_word().set_idle();
  { slot.has_tasks() } -> std::same_as<bool>;
  { slot.has_own() } -> std::same_as<bool>;
};

/// The workers and slots of a pool, with the indices below slots().
template <class T>
concept observed_team = requires(T& team, std::size_t index) {
  { team.slots() } -> std::same_as<std::size_t>;
  { team.at(index) } -> observed_slot;
  team.wake_all();
};

/// How a pool is found idle and stopped (docs/design/lifetime.md). `Team` derives from it, and is an observed_team.
template <class Team, concurrency_policy Policy = native_policy>
class basic_quiescence {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  using event_count_type = basic_event_count<Policy>;
  using callers_type = basic_callers<Policy>;

  [[nodiscard]] callers_type& callers() noexcept { return callers_; }
  [[nodiscard]] const callers_type& callers() const noexcept { return callers_; }

  // Whether a queue of any slot holds something that a worker has to run; and whether one holds something that its
  // owner runs itself in the end. Both looks are ordered after all earlier seq_cst operations.
  [[nodiscard]] bool any_task() const noexcept {
    return any([](auto& slot) { return slot.has_tasks(); });
  }
  [[nodiscard]] bool any_own_work() const noexcept {
    return any([](auto& slot) { return slot.has_own(); });
  }

  /// A thread that is no worker begins to run tasks in `slot`, which nobody else has. False if the pool drains: the
  /// thread must not run any.
  template <observed_slot Slot>
  [[nodiscard]] bool admit(Slot& slot) noexcept {
    slot.activity_word().set_busy();
    if (drains()) {
      set_idle(slot);
      return false;
    }
    return true;
  }
  /// The same for a thread that has no slot, so that no other thread knows it.
  [[nodiscard]] bool admit_caller() noexcept {
    callers_.enter();
    if (drains()) {
      caller_leaves();
      return false;
    }
    return true;
  }
  void caller_leaves() noexcept {
    callers_.leave();
    on_idle();
  }

  /// The end of `admit`.
  template <observed_slot Slot>
  void set_idle(Slot& slot) noexcept {
    slot.activity_word().set_idle();
    on_idle();
  }

  /// Whether at some moment during the call no task was queued or running: the double collect of
  /// docs/design/lifetime.md, "Idle".
  [[nodiscard]] bool quiescent() const noexcept {
    const std::uint64_t before = collect();
    return before != busy && !any_task() && !any_own_work() && collect() == before;
  }

  /// A worker or caller has become idle. If somebody waits for the pool to be idle, looks whether it is.
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

  /// Whether somebody wants to know when the pool is idle, so that nobody should search for long; a hint.
  [[nodiscard]] bool quiescence_is_wanted() const noexcept {
    // relaxed: a hint.
    return draining_.load(std::memory_order_relaxed) || idle_.may_have_waiters();
  }

  /// Blocks until a moment at which no task is queued or running, or until `deadline`, if there is one. Not for a
  /// worker of the team. A `Region` exists while the thread sleeps. If its `retry_at()` is set, the thread wakes up
  /// then and makes a new one. Returns whether there was such a moment.
  template <class Region>
  bool wait_until_quiescent(std::optional<steady_clock::time_point> deadline = std::nullopt) noexcept {
    return wait_until<Region>([this] { return quiescent(); }, deadline);
  }

  /// The same until the pool stops. To be called after begin_drain.
  template <class Region>
  [[nodiscard]] bool wait_until_stopped(std::optional<steady_clock::time_point> deadline) noexcept {
    return wait_until<Region>([this] { return stopping(); }, deadline);
  }

  /// Stops the workers as soon as no task is left. The inboxes are closed.
  void begin_drain() noexcept {
    // [H4] seq_cst: before the collect below. Pairs with [H3], [H5] and [A5].
    draining_.store(true, std::memory_order_seq_cst);
    if (quiescent()) {
      stop();
    }
  }

  /// Lets the workers' loops end. Each ends as soon as its worker has no task in hand.
  void stop() noexcept {
    static_assert(observed_team<Team>);
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
  [[nodiscard]] bool drains() const noexcept {
    // [H5] seq_cst: after the step to busy [A2] or the entry [A5]: either this sees the drain, or the drain's collect
    // sees the step. Pairs with [H4].
    return draining_.load(std::memory_order_seq_cst);
  }

  template <class Region, class Condition>
  [[nodiscard]] bool wait_until(Condition condition, std::optional<steady_clock::time_point> deadline) noexcept {
    for (bool in_time = true;;) {
      const auto key = idle_.announce();
      if (condition()) {
        idle_.cancel();
        return true;
      }
      if (!in_time) {
        idle_.cancel();
        return false;
      }
      const Region region;
      const std::optional<steady_clock::time_point> retry = region.retry_at();
      if (retry && (!deadline || *retry < *deadline)) {
        static_cast<void>(idle_.wait_until(key, *retry));
      } else if (deadline) {
        in_time = idle_.wait_until(key, *deadline);
      } else {
        idle_.wait(key);
      }
    }
  }

  static constexpr std::uint64_t busy = ~std::uint64_t{0};

  template <class Has>
  [[nodiscard]] bool any(Has has) const noexcept {
    const std::size_t slots = team().slots();
    for (std::size_t i = 0; i < slots; ++i) {
      if (has(team().at(i))) {
        return true;
      }
    }
    return false;
  }

  // The sum of all activity words, which only grow; `busy` if one of them says so.
  [[nodiscard]] std::uint64_t collect() const noexcept {
    std::uint64_t sum = callers_.read();
    if (callers_type::any(sum)) {
      return busy;
    }
    const std::size_t slots = team().slots();
    for (std::size_t i = 0; i < slots; ++i) {
      const std::uint64_t v = team().at(i).activity_word().read();
      if (basic_activity<Policy>::is_busy(v)) {
        return busy;
      }
      sum += v;
    }
    return sum;
  }

  event_count_type idle_;
  // Callers write callers_ at every task, and workers read the flags at every task: so they lie on different lines.
  alignas(cache_line_size) callers_type callers_;
  alignas(cache_line_size) atomic<bool> draining_{false};
  atomic<bool> stopping_{false};
};

}  // namespace filch::inline v0::detail
