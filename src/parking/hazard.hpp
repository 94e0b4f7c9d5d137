// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/parking/watch_slot.hpp>

namespace filch::inline v0::detail {

/// A hazard pointer (Michael, TPDS 2004) of one thread. The thread hands something over to an object and still touches
/// the object afterwards, although what it handed over may bring the object to its end at any moment. The thread that
/// frees the object waits for the first thread before.
///
/// The object ends only after the handing over, which publishes `protect`. So the owner of the pointer needs plain
/// stores only.
template <concurrency_policy Policy = native_policy, waiter_kind Waiter = native_waiter>
class basic_hazard {
  using parker = typename Waiter::type;

 public:
  /// For the owner, before it hands anything over.
  void protect(const void* object) noexcept {
    // [Y3] release: whoever reads this instead of an earlier `release` sees the accesses before that too. Pairs with
    // [Y2].
    object_.store(object, std::memory_order_release);
  }

  /// For the owner, after its last access to the object.
  void release() noexcept {
    // [Y1] release: the thread's accesses happen before the end of the object. Pairs with [Y2].
    object_.store(nullptr, std::memory_order_release);
    Policy::light_barrier();
    // Whoever asked before the barrier is seen here; whoever asks later passes a heavy barrier and sees the store
    // above.
    if (reclaimer_.is_watched()) [[unlikely]] {
      reclaimer_.unpark_watcher();
    }
  }

  /// For another thread, which frees the object. One thread at a time may wait.
  void wait_until_released(const void* object, parker& reclaimer) noexcept {
    while (protects(object)) {
      reclaimer_.watch(reclaimer);
      if (!Policy::heavy_barrier()) {
        Policy::pause();  // nobody is sure to be told, but the thread is about to be done
      } else if (protects(object)) {
        reclaimer.park();
      }
      reclaimer_.unwatch(reclaimer);
    }
  }

  /// Any thread.
  [[nodiscard]] bool protects(const void* object) const noexcept {
    // [Y2] acquire: the thread's accesses to the object. Pairs with [Y1] and [Y3].
    return object_.load(std::memory_order_acquire) == object;
  }

 private:
  typename Policy::template atomic<const void*> object_{nullptr};
  basic_watch_slot<Policy, Waiter> reclaimer_;
};

using hazard = basic_hazard<>;

}  // namespace filch::inline v0::detail
