// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <filch/detail/atomic.hpp>
#include <filch/detail/cache_line.hpp>
#include <filch/detail/compiler.hpp>
#include <filch/detail/growing_ring.hpp>
#include <filch/detail/ring.hpp>
#include <filch/detail/steal_result.hpp>

namespace filch::inline v0::detail {

/// The growable work-stealing deque of Chase and Lev (SPAA 2005) with the orders of Lê et al. (PPoPP 2013),
/// in the form without fences (docs/design/deque.md). One thread owns it and works through `owner()`; any
/// number of others work through `thief()`. `T` is a pointer or another small trivially copyable type.
///
/// Lock-free except for growth, which allocates. Every operation is O(1), growth amortised.
template <class T, class Policy = native_policy>
class chase_lev_deque {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  /// `capacity` is a power of two; `first` is the index of the first item (tests start it near a limit).
  explicit chase_lev_deque(std::size_t capacity = 256, ring_index first = 0)
      : top_(first), bottom_(first), ring_(capacity, first) {}
  chase_lev_deque(const chase_lev_deque&) = delete;
  chase_lev_deque& operator=(const chase_lev_deque&) = delete;

  class owner_end;
  class thief_end;

  /// Only for the owning thread.
  [[nodiscard]] owner_end owner() noexcept { return owner_end(*this); }
  /// For any thread.
  [[nodiscard]] thief_end thief() noexcept { return thief_end(*this); }

 private:
  // Invariant: top_ only grows; every index in [top_, bottom_) holds an item that nobody has taken.
  alignas(cache_line_size) atomic<ring_index> top_;
  alignas(cache_line_size) atomic<ring_index> bottom_;
  growing_ring<T, Policy> ring_;
};

template <class T, class Policy>
class chase_lev_deque<T, Policy>::owner_end {
 public:
  explicit owner_end(chase_lev_deque& d) noexcept : d_(d) {}

  /// Puts `item` at the bottom. Throws std::bad_alloc if the ring must grow and cannot; the deque is then unchanged.
  void push(T item) {
    put(d_, item, [](chase_lev_deque& d, ring_index b) {
      // [D1] release: publishes the slot and what the item points to. Pairs with [D6].
      d.bottom_.store(b, std::memory_order_release);
    });
  }

  /// The same, and ordered before any later seq_cst operation: for an item whose pusher then looks for sleepers.
  void push_announced(T item) {
    put(d_, item, [](chase_lev_deque& d, ring_index b) {
      // [D2] seq_cst: as [D1], and before the submitter's read of the sleepers [S2] in the single order. Pairs with [D9].
      d.bottom_.store(b, std::memory_order_seq_cst);
    });
  }

  /// Takes the item pushed last. False if there is none.
  [[nodiscard]] bool pop(T& item) noexcept {
    // relaxed: only the owner writes bottom_.
    const ring_index b = advance(d_.bottom_.load(std::memory_order_relaxed), -1);
    // [D3] seq_cst: announces that b is being taken, before the read of top_. Pairs with [D6].
    d_.bottom_.store(b, std::memory_order_seq_cst);
    Policy::at(point::deque_pop_after_reserve);
    // [D4] seq_cst: if this read misses a take, it comes before every thief's read that sees it; that thief's read of
    // bottom_ then sees [D3]. Pairs with [D8].
    ring_index t = d_.top_.load(std::memory_order_seq_cst);
    const std::int64_t left = distance(t, b);
    if (left > 0) {
      item = d_.ring_.get(b);
      return true;
    }
    bool got = false;
    if (left == 0) {
      item = d_.ring_.get(b);
      // relaxed, both: top_ decides who has the last item by its modification order alone.
      got = d_.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_relaxed, std::memory_order_relaxed);
    }
    // relaxed: the deque is empty, so the restored value offers no slot; a thief that reads it finds top_ there too,
    // or an older top_, with which its take fails.
    d_.bottom_.store(advance(b, 1), std::memory_order_relaxed);
    return got;
  }

  /// As growing_ring::retire, and what is to be kept of it.
  [[nodiscard]] auto retire() noexcept {
    // relaxed: only the owner writes bottom_.
    return d_.ring_.retire(d_.bottom_.load(std::memory_order_relaxed), size() == 0);
  }
  void keep(std::unique_ptr<ring<T, Policy>> retired) noexcept { d_.ring_.keep(std::move(retired)); }

  /// Items in the deque, as far as the owner can tell: thieves may have taken some.
  [[nodiscard]] std::size_t size() const noexcept {
    // relaxed, both: a hint; only the owner writes bottom_, and top_ may grow at any moment.
    const std::int64_t n =
        distance(d_.top_.load(std::memory_order_relaxed), d_.bottom_.load(std::memory_order_relaxed));
    return n > 0 ? static_cast<std::size_t>(n) : 0;
  }

 private:
  // `publish` makes the bottom_ that it is given the deque's. Static, as is the next: a call out of push with nothing to
  // come back for costs the fast path no register.
  template <class Publish>
  static void put(chase_lev_deque& d, T item, Publish publish) {
    // relaxed: only the owner writes bottom_.
    const ring_index b = d.bottom_.load(std::memory_order_relaxed);
    if (d.ring_.is_full(b)) {
      return make_room_and_put(d, item, publish);
    }
    d.ring_.put(b, item);
    Policy::at(point::deque_push_before_publish);
    publish(d, advance(b, 1));
  }

  template <class Publish>
  FILCH_COLD static void make_room_and_put(chase_lev_deque& d, T item, Publish publish) {
    // relaxed: only the owner writes bottom_.
    d.ring_.make_room(d.top_, d.bottom_.load(std::memory_order_relaxed));
    put(d, item, publish);
  }

  chase_lev_deque& d_;
};

template <class T, class Policy>
class chase_lev_deque<T, Policy>::thief_end {
 public:
  explicit thief_end(chase_lev_deque& d) noexcept : d_(d) {}

  /// Takes the oldest item.
  steal_result<T> steal() noexcept {
    // [D8] seq_cst: an acquire would let this thief see another's take and still read an older bottom_
    // (IRIW-acq-sc, Lahav et al., PLDI 2017), and take an item that the owner has popped. Pairs with [D4].
    ring_index t = d_.top_.load(std::memory_order_seq_cst);
    // [D6] seq_cst: sees a pop's announcement or is seen by its read of top_; as an acquire, sees the pushed slot.
    // Pairs with [D1] and [D3].
    const ring_index b = d_.bottom_.load(std::memory_order_seq_cst);
    if (distance(t, b) <= 0) {
      return {steal_status::empty};
    }
    const T item = d_.ring_.shared().get(t);
    Policy::at(point::deque_steal_before_take);
    // [D7] release: the read above, and that this thread is busy, happen before the item is gone. Pairs with [D5] and
    // [R1]. Failure relaxed: nothing is read after it.
    if (!d_.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_release, std::memory_order_relaxed)) {
      return {steal_status::lost};
    }
    return {steal_status::got, item};
  }

  /// True if a look that is ordered after all earlier seq_cst operations finds nothing.
  [[nodiscard]] bool empty() const noexcept {
    // [D5] acquire: whoever finds the deque empty after a theft sees that the thief is busy. Pairs with [D7].
    const ring_index t = d_.top_.load(std::memory_order_acquire);
    // [D9] seq_cst: a sleeper that announced itself before this look sees the push of whoever missed the announcement.
    // Pairs with [D2].
    return distance(t, d_.bottom_.load(std::memory_order_seq_cst)) <= 0;
  }

 private:
  chase_lev_deque& d_;
};

}  // namespace filch::inline v0::detail
