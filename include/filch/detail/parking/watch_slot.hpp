// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/parking/latch.hpp>

namespace filch::inline v0::detail {

/// Where a waiter asks to be unparked when the owner of the slot has forked. There is room for one waiter: the last to
/// ask. The owner's look is not ordered after its fork, so the owner may miss a waiter. Hence only promptness may
/// depend on it.
template <concurrency_policy Policy = native_policy, waiter_kind Waiter = native_waiter>
class basic_watch_slot {
  using parker = typename Waiter::type;

 public:
  void watch(parker& watcher) noexcept {
    // [W1] release: the parker is complete. Pairs with [W2].
    watcher_.store(&watcher, std::memory_order_release);
  }

  void unwatch(parker& watcher) noexcept {
    parker* expected = &watcher;
    // relaxed, both: nothing is read through it.
    watcher_.compare_exchange_strong(expected, nullptr, std::memory_order_relaxed, std::memory_order_relaxed);
  }

  /// For the owner: whether it should `unpark_watcher`.
  [[nodiscard]] bool is_watched() const noexcept {
    // relaxed: a hint.
    return watcher_.load(std::memory_order_relaxed) != nullptr;
  }

  /// For the owner: unparks the waiter, if there is one.
  FILCH_LOCAL void unpark_watcher() noexcept {
    // [W2] acquire: the parker is complete. Pairs with [W1].
    if (parker* const watcher = watcher_.exchange(nullptr, std::memory_order_acquire)) {
      Waiter::unpark(*watcher);
    }
  }

 private:
  typename Policy::template atomic<parker*> watcher_{nullptr};
};

using watch_slot = basic_watch_slot<>;

}  // namespace filch::inline v0::detail
