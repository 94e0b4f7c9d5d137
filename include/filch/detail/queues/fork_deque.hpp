// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/queues/ring.hpp>
#include <filch/detail/queues/steal_result.hpp>

namespace filch::inline v0::detail {

/// The deque of Chase and Lev, made for items that a fork pushes and its join pops, nearly always before anybody steals
/// them. Its `pop` has no fence. The owner pops the last item by a compare-exchange, as in the paper, and newer items
/// by a store alone. So a thief must know that the owner will not take the oldest item for a newer one. It knows that
/// in one of three ways: the owner has told that it knows this item to be the oldest (`known_`); the thief passes a
/// heavy barrier; or the owner passes a fence in each pop, as it does where the system refuses heavy barriers
/// (docs/design/deque.md, "fork_deque").
///
/// Fixed size: it holds `Capacity` - 1 items. So many unstolen forks are more than thieves can use, and a fork that
/// finds the deque full runs inline. Lock-free; every operation is O(1).
template <class T, concurrency_policy Policy = native_policy, std::size_t Capacity = 2048>
class fork_deque {
  static_assert(std::has_single_bit(Capacity));

  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  /// `first` is the index of the first item (tests start it near the end of the range).
  explicit fork_deque(ring_index first = 0, bool has_heavy_barrier = Policy::has_heavy_barrier())
      : top_(first),
        bottom_(first),
        known_(has_heavy_barrier ? first : advance(first, out_of_reach)),
        limit_(advance(first, highest_slot - 1)),
        unreachable_(advance(first, out_of_reach)) {}
  fork_deque(const fork_deque&) = delete;
  fork_deque& operator=(const fork_deque&) = delete;

  class owner_end;
  class thief_end;

  /// Only for the owning thread.
  [[nodiscard]] owner_end owner() noexcept { return owner_end(*this); }
  /// For any thread.
  [[nodiscard]] thief_end thief() noexcept { return thief_end(*this); }

 private:
  static constexpr std::int64_t highest_slot = static_cast<std::int64_t>(Capacity) - 1;
  // The distance by which `request_poll` puts the limit below an index: no index that is in use is as far away.
  static constexpr std::int64_t out_of_reach = std::int64_t{1} << 62;

  [[nodiscard]] atomic<T>& slot(ring_index i) noexcept { return slots_[static_cast<std::size_t>(i) % Capacity]; }

  // Invariant: top_ only grows; every index in [top_, bottom_) holds an item that nobody has taken.
  alignas(cache_line_size) atomic<ring_index> top_;
  alignas(cache_line_size) atomic<ring_index> bottom_;
  // Written by the owner: a top_ that it has read. Or `unreachable_`, for ever, which says that the owner passes a
  // fence in each pop.
  atomic<ring_index> known_;
  atomic<ring_index> limit_;  // a push above this index must look: `poll_requested`
  const ring_index unreachable_;
  std::array<atomic<T>, Capacity> slots_;
};

template <class T, concurrency_policy Policy, std::size_t Capacity>
class fork_deque<T, Policy, Capacity>::owner_end {
 public:
  explicit owner_end(fork_deque& d) noexcept : d_(d) {}

  /// Puts `item` at the bottom. Returns: its index, for `poll_requested` and `pop`.
  [[nodiscard]] FILCH_INLINE ring_index push(T item) noexcept {
    // relaxed: only the owner writes bottom_.
    const ring_index b = d_.bottom_.load(std::memory_order_relaxed);
    // relaxed: published by the store below.
    d_.slot(b).store(item, std::memory_order_relaxed);
    Policy::at(test_point::fork_deque_push_before_publish);
    // [K2] release: publishes the slot and what the item points to. Pairs with [K4].
    d_.bottom_.store(advance(b, 1), std::memory_order_release);
    return b;
  }

  /// After the push at `b`: whether somebody has requested a poll, or the deque is full. Then `acknowledge` before the
  /// next push.
  [[nodiscard]] bool poll_requested(ring_index b) const noexcept {
    // relaxed: a hint; `acknowledge` reads what belongs to it.
    return distance(b, d_.limit_.load(std::memory_order_relaxed)) < 0;
  }

  /// Takes note of all requests so far. Returns: whether there is room for one more push after the one at `b`; if not,
  /// the item at `b` must be popped before the next push.
  [[nodiscard]] bool acknowledge(ring_index b) noexcept {
    // [K9] acquire: the slots below top_ have been read by those who took them and may be written again. Pairs with
    // [K6].
    const ring_index limit = advance(d_.top_.load(std::memory_order_acquire), highest_slot - 1);
    // [K10] acquire: sees what was written before a request that is forgotten with it; a request that this does not see
    // stays. Pairs with [K11].
    d_.limit_.exchange(limit, std::memory_order_acquire);
    pass_fences_if_there_is_no_barrier(d_);
    return distance(b, limit) >= 0;
  }

  /// The index after the item that was pushed last; and the item at an index, which is meaningless if a thief has taken
  /// it.
  [[nodiscard]] ring_index end() const noexcept {
    // relaxed: only the owner writes bottom_.
    return d_.bottom_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] T at(ring_index i) const noexcept {
    // relaxed: only the owner writes slots.
    return d_.slot(i).load(std::memory_order_relaxed);
  }

  /// The index of the oldest item that is `wanted`. O(n).
  template <class Wanted>
  [[nodiscard]] std::optional<ring_index> find(Wanted wanted) const noexcept {
    // relaxed, both: thieves may take what is found here at any time.
    for (ring_index i = d_.top_.load(std::memory_order_relaxed); distance(i, end()) > 0; i = advance(i, 1)) {
      if (wanted(d_.slot(i).load(std::memory_order_relaxed))) {
        return i;
      }
    }
    return std::nullopt;
  }

  /// Takes away the item pushed last, whose index is `b`. False if a thief has taken it. The owner keeps the index
  /// itself. A load of bottom_ would wait for the store of the push or pop before it, so that all pushes and pops would
  /// form one chain.
  [[nodiscard]] FILCH_INLINE bool pop(ring_index b) noexcept {
    // [K1] release: a thief that reads it sees the slots of the items below, and what these point to. Pairs with [K4].
    d_.bottom_.store(b, std::memory_order_release);
    Policy::light_barrier();
    Policy::at(test_point::fork_deque_pop_after_reserve);
    // relaxed: a thief that this read misses has passed a heavy barrier since the store above, or will take nothing at
    // b, or relies on the fence of pop_in_view.
    const ring_index t = d_.top_.load(std::memory_order_relaxed);
    if (distance(b, t) >= 0) {
      return pop_last(d_, b, t);
    }
    // relaxed: only the owner writes known_.
    if (t != d_.known_.load(std::memory_order_relaxed)) [[unlikely]] {
      return pop_in_view(d_, b, t);
    }
    return true;
  }

 private:
  // The item at `b` is the last one, or was until a thief took it. This function is static and called at the end of
  // pop, because a call that has nothing to return to costs the fast path no register.
  FILCH_COLD static bool pop_last(fork_deque& d, ring_index b, ring_index t) noexcept {
    // relaxed, both: top_ decides who has the last item by its modification order alone.
    const bool got = t == b && d.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_relaxed,
                                                              std::memory_order_relaxed);
    // The deque is empty, and its bottom back where it was: at this item's successor, or further up if the forks made
    // after this one were stolen too.
    const ring_index end = got ? advance(b, 1) : t;
    // relaxed: an empty deque offers no slot.
    d.bottom_.store(end, std::memory_order_relaxed);
    tell(d, end);
    return got;
  }

  // The item at `b` was not the last when top_ was `t`, and this value is new to the owner. Where there are no heavy
  // barriers every pop comes here.
  FILCH_LOCAL FILCH_COLD static bool pop_in_view(fork_deque& d, ring_index b, ring_index t) noexcept {
    if (!passes_fences(d)) {
      tell(d, t);
      pass_fences_if_there_is_no_barrier(d);
      return true;
    }
    // [K12] seq_cst: announces that b is being taken, before the read of top_. Pairs with [K4].
    d.bottom_.store(b, std::memory_order_seq_cst);
    // [K13] seq_cst: if this read misses a take, it comes before every thief's read that sees it; that thief's read of
    // bottom_ then sees [K12]. Pairs with [K14].
    const ring_index now = d.top_.load(std::memory_order_seq_cst);
    return distance(b, now) < 0 || pop_last(d, b, now);
  }

  [[nodiscard]] static bool passes_fences(const fork_deque& d) noexcept {
    // relaxed: only the owner writes known_.
    return d.known_.load(std::memory_order_relaxed) == d.unreachable_;
  }

  static void tell(fork_deque& d, ring_index t) noexcept {
    if (!passes_fences(d)) {
      // [K3] release: a thief that relies on it sees the bottom_ of now or later. Pairs with [K5].
      d.known_.store(t, std::memory_order_release);
    }
  }

  // If the system has begun to refuse barriers, a thief needs the owner's fence.
  FILCH_LOCAL static void pass_fences_if_there_is_no_barrier(fork_deque& d) noexcept {
    if (!Policy::has_heavy_barrier()) {
      // [K15] release: a thief that sees it sees the bottom_ of every pop that passed no fence. Pairs with [K5].
      d.known_.store(d.unreachable_, std::memory_order_release);
    }
  }

  fork_deque& d_;
};

template <class T, concurrency_policy Policy, std::size_t Capacity>
class fork_deque<T, Policy, Capacity>::thief_end {
 public:
  explicit thief_end(fork_deque& d) noexcept : d_(d) {}

  /// Takes the oldest item.
  steal_result<T> steal(steal_effort effort) noexcept {
    return steal_if(effort, [](const T&) { return true; });
  }

  /// Takes the oldest item if `wanted(item)` says so. The question is asked after the item was read and before it is
  /// taken. So what it finds out about the deque's owner was true while this very item lay at the top. Says `empty` too
  /// if the item is not wanted, or if taking it needs a barrier and the effort is cheap.
  template <class Wanted>
  steal_result<T> steal_if(steal_effort effort, Wanted wanted) noexcept {
    // relaxed: the exchange below fails if this value is old.
    ring_index t = d_.top_.load(std::memory_order_relaxed);
    // [K5] acquire: sees the bottom_ of when the owner told; else a heavy barrier makes up for it. Pairs with [K3],
    // [K8] and
    // [K15].
    const ring_index known = d_.known_.load(std::memory_order_acquire);
    if (known == d_.unreachable_) {
      // [K14] seq_cst: an acquire would let this thief see another's take and still read an older bottom_. Pairs with
      // [K13].
      t = d_.top_.load(std::memory_order_seq_cst);
    } else if (t != known) {
      // relaxed: a hint.
      if (effort == steal_effort::cheap || distance(t, d_.bottom_.load(std::memory_order_relaxed)) <= 0 ||
          !Policy::heavy_barrier()) {
        return {steal_status::empty};
      }
    }
    // [K4] seq_cst: sees the announcement of a pop that passes the fence, or is seen by its read of top_; as an
    // acquire, the slots below bottom_ are written. Pairs with [K1], [K2] and [K12].
    const ring_index b = d_.bottom_.load(std::memory_order_seq_cst);
    if (distance(t, b) <= 0) {
      return {steal_status::empty};
    }
    // relaxed: written before bottom_ went past it; not written again before the exchange below was seen.
    const T item = d_.slot(t).load(std::memory_order_relaxed);
    if (!wanted(item)) {
      return {steal_status::empty};
    }
    Policy::at(test_point::fork_deque_steal_before_take);
    // [K6] release: the read above, and that this thread is busy, happen before the item is gone. Pairs with [K7] and
    // [K9]. Failure relaxed: nothing is read after it.
    if (!d_.top_.compare_exchange_strong(t, advance(t, 1), std::memory_order_release, std::memory_order_relaxed)) {
      return {steal_status::lost};
    }
    return {steal_status::got, item};
  }

  /// Asks that the owner's next push see `poll_requested`.
  void request_poll() noexcept {
    // relaxed: any index of about now will do.
    const ring_index b = d_.bottom_.load(std::memory_order_relaxed);
    // [K11] release: what the poll is requested for. Pairs with [K10].
    d_.limit_.store(advance(b, -out_of_reach), std::memory_order_release);
  }

  /// Whether the deque is empty, by a look that is ordered after all earlier seq_cst operations of the caller.
  [[nodiscard]] bool empty() const noexcept {
    // [K7] acquire: whoever finds the deque empty after a theft sees that the thief is busy. Pairs with [K6].
    const ring_index t = d_.top_.load(std::memory_order_acquire);
    // relaxed: forks are not announced. A sleeper's heavy barrier lets it see what was pushed before that.
    return distance(t, d_.bottom_.load(std::memory_order_relaxed)) <= 0;
  }

 private:
  fork_deque& d_;
};

}  // namespace filch::inline v0::detail
