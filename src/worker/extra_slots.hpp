// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/mutex.hpp>

namespace filch::inline v0::detail {

/// The slots of a pool beyond those of its workers. They are for guests, which are threads that take part in the pool
/// for a time, and for spares. Each slot has queues, like a worker. A slot is made when it is first needed, and then
/// stays, whether somebody is in it or not. So thieves need not know who is in it.
template <class Slot, concurrency_policy Policy = native_policy>
class basic_extra_slots {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  static constexpr std::size_t max_guests = 64;

  explicit basic_extra_slots(std::size_t max_spares)
      : slots_(std::make_unique<entry[]>(max_guests + max_spares)), max_spares_(max_spares) {}

  [[nodiscard]] std::size_t max_count() const noexcept { return max_guests + max_spares_; }

  /// The number of slots that there are to look at.
  [[nodiscard]] std::size_t made() const noexcept {
    // [V1] seq_cst: the slot is complete; and a sleeper, or a collect, that misses the slot comes before everything
    // that is done in it. Pairs with [V2].
    return made_.load(std::memory_order_seq_cst);
  }

  /// `i` is less than some value of `made()`.
  [[nodiscard]] Slot& at(std::size_t i) const noexcept { return *slots_[i].slot; }

  /// A slot for a guest, which is the calling thread. The guest has it alone until `leave`. If no slot is free,
  /// `make(i)` makes one. Null if there are too many slots, or no memory. Lock-free unless a slot is made.
  template <class Make>
  [[nodiscard]] Slot* take(Make make) noexcept {
    const std::size_t n = made();
    for (std::size_t i = 0; i < n; ++i) {
      // relaxed: a hint that saves the exchange.
      if (!slots_[i].taken.load(std::memory_order_relaxed) &&
          // [V3] acquire: what the guest before did with the slot. Pairs with [V4].
          !slots_[i].taken.exchange(true, std::memory_order_acquire)) {
        return slots_[i].slot.get();
      }
    }
    return take_new(make, guests_, max_guests);
  }

  /// A new slot for a spare, which keeps it. Null if there are too many slots, or no memory. Takes a lock.
  template <class Make>
  [[nodiscard]] Slot* add_spare(Make make) noexcept {
    return take_new(make, spares_, max_spares_);
  }

  /// `slot` is the `i`th.
  void leave(std::size_t i) noexcept {
    // [V4] release: what this guest did with the slot. Pairs with [V3].
    slots_[i].taken.store(false, std::memory_order_release);
  }

 private:
  struct entry {
    atomic<bool> taken{false};
    std::unique_ptr<Slot> slot;
  };

  // Makes a slot of the kind of which there are `count`.
  template <class Make>
  [[nodiscard]] Slot* take_new(Make make, std::size_t& count, std::size_t max) noexcept {
    const std::lock_guard lock(making_);
    if (count == max) {
      return nullptr;
    }
    // relaxed: written under the lock.
    const std::size_t n = made_.load(std::memory_order_relaxed);
    entry& e = slots_[n];
    try {
      e.slot = make(n);
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    // relaxed: nobody looks at it before [V2].
    e.taken.store(true, std::memory_order_relaxed);
    // [V2] seq_cst: the slot is complete, and is seen before anything that is done in it. Pairs with [V1].
    made_.store(n + 1, std::memory_order_seq_cst);
    ++count;
    return e.slot.get();
  }

  std::unique_ptr<entry[]> slots_;
  const std::size_t max_spares_;
  atomic<std::size_t> made_{0};
  mutex making_;
  std::size_t guests_ = 0;  // guarded by making_, as the next
  std::size_t spares_ = 0;
};

}  // namespace filch::inline v0::detail
