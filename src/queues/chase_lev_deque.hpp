// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/queues/ring.hpp>
#include <filch/detail/queues/steal_result.hpp>

#include "queues/growing_ring.hpp"
#include "queues/pop_fence.hpp"

namespace filch::inline v0::detail {

/// The growable work-stealing deque of Chase and Lev (SPAA 2005) with the orders of Lê et al. (PPoPP 2013); its owner
/// leaves out the fence of `pop` while nobody steals (docs/design/deque.md). One thread owns it and works through
/// `owner()`; any number of others work through `thief()`. `T` is a pointer or another small trivially copyable type.
///
/// Lock-free except for growth, which allocates. Every operation is O(1), growth amortised. After `QuietPops` pops in a
/// row without a theft the owner leaves out the fence again.
template <class T, concurrency_policy Policy = native_policy, std::uint32_t QuietPops = 256>
class chase_lev_deque {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  /// `capacity` is a power of two; `first` is the index of the first item (tests start it near a limit).
  explicit chase_lev_deque(std::size_t capacity = 256, ring_index first = 0,
                           bool has_heavy_barrier = Policy::has_heavy_barrier())
      : top_(first),
        fence_(has_heavy_barrier),
        bottom_(first),
        seen_top_(first),
        lowers_fence_(has_heavy_barrier),
        ring_(capacity, first) {}
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
  pop_fence<Policy> fence_;
  alignas(cache_line_size) atomic<ring_index> bottom_;
  // Used by the owner only, while the fence is up: the top_ that its last pop left, and the number of pops in a row
  // that found top_ unchanged.
  typename Policy::template plain<ring_index> seen_top_;
  typename Policy::template plain<std::uint32_t> quiet_pops_;
  const bool lowers_fence_;
  growing_ring<T, Policy> ring_;
};

template <class T, concurrency_policy Policy, std::uint32_t QuietPops>
class chase_lev_deque<T, Policy, QuietPops>::owner_end {
 public:
  explicit owner_end(chase_lev_deque& d) noexcept : d_(d) {}

  /// Puts `item` at the bottom. Throws std::bad_alloc if the ring must grow and cannot; the deque is then unchanged.
  void push(T item) {
    // relaxed: only the owner writes bottom_.
    const ring_index b = d_.bottom_.load(std::memory_order_relaxed);
    if (d_.ring_.is_full(b)) {
      return make_room_and_push(d_, item);
    }
    d_.ring_.put(b, item);
    Policy::at(test_point::deque_push_before_publish);
    // [D1] release: publishes the slot and what the item points to. Pairs with [D6].
    d_.bottom_.store(advance(b, 1), std::memory_order_release);
  }

  /// Orders all pushes so far before any later seq_cst operation of the owner. A submitter calls it before it looks for
  /// sleepers.
  void announce() noexcept {
    keep_fence_if_there_is_no_barrier();
    // relaxed: only the owner writes bottom_.
    const ring_index b = d_.bottom_.load(std::memory_order_relaxed);
    // [D2] seq_cst: before the submitter's read of the sleepers [S2] in the single order. Pairs with [D9].
    d_.bottom_.store(b, std::memory_order_seq_cst);
  }

  /// Takes the item pushed last. False if there is none.
  [[nodiscard]] bool pop(T& item) noexcept {
    // relaxed: only the owner writes bottom_.
    const ring_index b = advance(d_.bottom_.load(std::memory_order_relaxed), -1);
    // [D10] release: a thief that reads it sees the slots of the items below, and what these point to. Pairs with [D6].
    d_.bottom_.store(b, std::memory_order_release);
    Policy::light_barrier();
    Policy::at(test_point::deque_pop_after_reserve);
    if (d_.fence_.is_wanted()) [[unlikely]] {
      return pop_with_fence(d_, b, item);
    }
    // relaxed: a thief that this read misses has passed a heavy barrier since the store above, or will take nothing at
    // b.
    const ring_index t = d_.top_.load(std::memory_order_relaxed);
    if (distance(t, b) <= 0) {
      return pop_last(d_, b, t, item);
    }
    item = d_.ring_.get(b);
    return true;
  }

  /// Takes the oldest item. The owner competes with the thieves for it, and gets `lost` if a thief was faster. This
  /// needs no fence, because no pop of the owner is under way.
  steal_result<T> take_oldest() noexcept {
    // relaxed: the exchange fails if this value is old.
    const ring_index t = d_.top_.load(std::memory_order_relaxed);
    const steal_result<T> taken = thief_end::take(d_, t);
    if (taken.status == steal_status::got && d_.seen_top_.get() == t) {
      d_.seen_top_.set(advance(t, 1));  // no theft: the fence need not stay up for it
    }
    return taken;
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
  // Static, as are the next: a call with nothing to come back for costs the fast path no register.
  FILCH_COLD static void make_room_and_push(chase_lev_deque& d, T item) {
    // relaxed: only the owner writes bottom_.
    d.ring_.make_room(d.top_, d.bottom_.load(std::memory_order_relaxed));
    d.owner().push(item);
  }

  // Goes on with the pop of index b as in Chase and Lev's deque.
  FILCH_COLD static bool pop_with_fence(chase_lev_deque& d, ring_index b, T& item) noexcept {
    // [D3] seq_cst: announces that b is being taken, before the read of top_. Pairs with [D6].
    d.bottom_.store(b, std::memory_order_seq_cst);
    // [D4] seq_cst: if this read misses a take, it comes before every thief's read that sees it; that thief's read of
    // bottom_ then sees [D3]. Pairs with [D8].
    const ring_index t = d.top_.load(std::memory_order_seq_cst);
    bool got = true;
    if (distance(t, b) > 0) {
      item = d.ring_.get(b);
    } else {
      got = pop_last(d, b, t, item);
    }
    d.owner().note(t, got && t == b ? advance(t, 1) : t);
    d.owner().keep_fence_if_there_is_no_barrier();
    return got;
  }

  // The item at b is the last, or there is none.
  FILCH_COLD static bool pop_last(chase_lev_deque& d, ring_index b, ring_index t, T& item) noexcept {
    bool got = false;
    if (t == b) {
      item = d.ring_.get(b);
      // relaxed, both: top_ decides who has the last item by its modification order alone.
      got = d.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_relaxed, std::memory_order_relaxed);
    }
    // relaxed: the deque is empty, so the restored value offers no slot; a thief that reads it finds top_ there too,
    // or an older top_, with which its take fails.
    d.bottom_.store(advance(b, 1), std::memory_order_relaxed);
    return got;
  }

  // If the system has begun to refuse barriers, thieves could not raise the fence in time.
  void keep_fence_if_there_is_no_barrier() noexcept {
    if (d_.fence_.is_unconfirmed() && !Policy::has_heavy_barrier()) {
      d_.fence_.keep_up();
    }
  }

  // The fence is up. A pop has found top_ at `found`, and has left it at `left`.
  void note(ring_index found, ring_index left) noexcept {
    const std::uint32_t quiet_pops = found == d_.seen_top_.get() ? d_.quiet_pops_.get() + 1 : 0;
    d_.quiet_pops_.set(quiet_pops);
    d_.seen_top_.set(left);
    if (quiet_pops >= QuietPops && d_.lowers_fence_ && Policy::has_heavy_barrier()) {
      d_.quiet_pops_.set(0);
      d_.fence_.lower();
      // [D11] seq_cst: no later read of top_ is older than what a thief has read that still found the fence up. Pairs
      // with
      // [D8].
      static_cast<void>(d_.top_.load(std::memory_order_seq_cst));
    }
  }

  chase_lev_deque& d_;
};

template <class T, concurrency_policy Policy, std::uint32_t QuietPops>
class chase_lev_deque<T, Policy, QuietPops>::thief_end {
 public:
  explicit thief_end(chase_lev_deque& d) noexcept : d_(d) {}

  /// Takes the oldest item. Says `empty` too if the effort is cheap and not enough.
  steal_result<T> steal(steal_effort effort = steal_effort::any) noexcept {
    // [D8] seq_cst: an acquire would let this thief see another's take and still read an older bottom_
    // (IRIW-acq-sc, Lahav et al., PLDI 2017), and take an item that the owner has popped. Pairs with [D4] and
    // [D11].
    const ring_index t = d_.top_.load(std::memory_order_seq_cst);
    if (!d_.fence_.is_up()) {
      return raise_fence_and_take(d_, t, effort);
    }
    return take(d_, t);
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
  friend class owner_end;

  // Static, as the next: see owner_end.
  FILCH_COLD static steal_result<T> raise_fence_and_take(chase_lev_deque& d, ring_index t,
                                                         steal_effort effort) noexcept {
    // relaxed: a hint.
    if (effort == steal_effort::cheap || distance(t, d.bottom_.load(std::memory_order_relaxed)) <= 0 ||
        !d.fence_.raise()) {
      return {steal_status::empty};
    }
    return take(d, t);
  }

  // The item at t, which was the oldest.
  static steal_result<T> take(chase_lev_deque& d, ring_index t) noexcept {
    // [D6] seq_cst: sees a pop's announcement or is seen by its read of top_; as an acquire, sees the pushed slot.
    // Pairs with [D1], [D3] and [D10].
    const ring_index b = d.bottom_.load(std::memory_order_seq_cst);
    if (distance(t, b) <= 0) {
      return {steal_status::empty};
    }
    const T item = d.ring_.shared().get(t);
    Policy::at(test_point::deque_steal_before_take);
    // [D7] release: the read above, and that this thread is busy, happen before the item is gone. Pairs with [D5] and
    // [R1]. Failure relaxed: nothing is read after it.
    if (!d.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_release, std::memory_order_relaxed)) {
      return {steal_status::lost};
    }
    return {steal_status::got, item};
  }

  chase_lev_deque& d_;
};

}  // namespace filch::inline v0::detail
