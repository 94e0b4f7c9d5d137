// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Lets threads sleep until a condition holds that other threads make true. A thread takes a key, checks the condition,
/// and waits with the key. A notifier that finds no waiting thread pays one load.
template <concurrency_policy Policy = native_policy>
class basic_event_count {
  using futex = typename Policy::futex;

 public:
  using key = std::uint32_t;

  basic_event_count() = default;
  basic_event_count(const basic_event_count&) = delete;
  basic_event_count& operator=(const basic_event_count&) = delete;

  /// Announces a waiter. Check the condition after it, then `wait` or `cancel`.
  [[nodiscard]] key announce() noexcept {
    // [E1] seq_cst: before the waiter's check of its condition. Pairs with [E2].
    waiters_.fetch_add(1, std::memory_order_seq_cst);
    // [E3] acquire: a key read after a notification comes with what was published before it. Pairs with [E4].
    return epoch_.load(std::memory_order_acquire);
  }

  void cancel() noexcept {
    // relaxed: a notifier that still counts this waiter only wakes for nothing.
    waiters_.fetch_sub(1, std::memory_order_relaxed);
  }

  /// Blocks until a notification that comes after the key was taken.
  void wait(key k) noexcept {
    // [E5] acquire: what was published before the notification. Pairs with [E4].
    while (epoch_.load(std::memory_order_acquire) == k) {
      futex::wait(epoch_, k);
    }
    cancel();
  }

  /// The same, at most until `deadline`. False if no notification came.
  template <class TimePoint>
  bool wait_until(key k, TimePoint deadline) noexcept {
    bool in_time = true;
    // [E6] acquire: as [E5]. Pairs with [E4].
    while (epoch_.load(std::memory_order_acquire) == k && in_time) {
      in_time = futex::wait_until(epoch_, k, deadline);
    }
    cancel();
    return in_time;
  }

  /// Whether a thread has announced itself. A thread that this look misses sees what the caller wrote before by
  /// seq_cst.
  [[nodiscard]] bool has_waiters() const noexcept {
    // [E2] seq_cst: either this sees the waiter or the waiter's check sees what was written before. Pairs with [E1].
    return waiters_.load(std::memory_order_seq_cst) != 0;
  }

  /// The same as a hint, in no order.
  [[nodiscard]] bool may_have_waiters() const noexcept {
    // relaxed: a hint.
    return waiters_.load(std::memory_order_relaxed) != 0;
  }

  void notify_all() noexcept {
    // [E4] release: publishes what the waiters check. Pairs with [E3], [E5] and [E6].
    epoch_.fetch_add(1, std::memory_order_release);
    futex::wake_all(&epoch_);
  }

 private:
  typename futex::word epoch_{0};
  typename Policy::template atomic<std::uint32_t> waiters_{0};
};

using event_count = basic_event_count<>;

}  // namespace filch::inline v0::detail
