// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>

#include "parking/event_count.hpp"

namespace filch::inline v0::detail {

/// The limit of the number of outside tasks that wait to be started (max_pending). A task holds one of so many permits
/// from its admission until it starts.
template <concurrency_policy Policy = native_policy>
class basic_pending_bound {
 public:
  explicit basic_pending_bound(std::size_t limit) noexcept : limit_(limit) {}

  [[nodiscard]] bool active() const noexcept { return limit_ != 0; }
  /// Whether no permit is taken. To be called when no other thread uses the object.
  [[nodiscard]] bool is_unused() const noexcept {
    // relaxed: the caller sees what the others did before they left.
    return taken_.load(std::memory_order_relaxed) == 0;
  }

  /// The number of permits that are taken.
  [[nodiscard]] std::size_t taken() const noexcept {
    // relaxed: a count.
    return taken_.load(std::memory_order_relaxed);
  }

  /// Takes a permit. False if there is none.
  [[nodiscard]] bool try_acquire() noexcept {
    // relaxed: an old value sends the caller to wait_for_room, which looks again [N2].
    std::size_t n = taken_.load(std::memory_order_relaxed);
    while (n < limit_) {
      // relaxed: a count; the task is published by its queue.
      if (taken_.compare_exchange_weak(n, n + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

  /// Gives a permit back.
  void release() noexcept {
    // [N1] seq_cst: before the look for waiters [E2]. Pairs with [N2].
    taken_.fetch_sub(1, std::memory_order_seq_cst);
    wake_waiters();
  }

  /// Waits until there may be room, or until `give_up` returns true after the announcement of the waiter.
  template <class GiveUp>
  void wait_for_room(GiveUp give_up) noexcept {
    const auto key = room_.announce();
    // [N2] seq_cst: after the announcement [E1]. Pairs with [N1].
    if (taken_.load(std::memory_order_seq_cst) < limit_ || give_up()) {
      room_.cancel();
    } else {
      room_.wait(key);
    }
  }

  /// Waits for a permit and takes it. False if `in`, the inbox of the task, was closed first.
  template <class Inbox>
  [[nodiscard]] bool acquire_unless_closed(const Inbox& in) noexcept {
    do {
      wait_for_room([&in] { return in.closed_in_order(); });
      if (in.closed()) {  // whoever was woken by the close sees it
        return false;
      }
    } while (!try_acquire());
    return true;
  }

  /// Lets all waiters look again, because the inboxes were closed.
  void wake_waiters() noexcept {
    if (room_.has_waiters()) {
      room_.notify_all();
    }
  }

 private:
  std::size_t limit_;
  typename Policy::template atomic<std::size_t> taken_{0};
  basic_event_count<Policy> room_;
};

using pending_bound = basic_pending_bound<>;

}  // namespace filch::inline v0::detail
