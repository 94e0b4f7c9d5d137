// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/queues/ring.hpp>
#include <filch/detail/queues/steal_result.hpp>

#include "base/tuning.hpp"
#include "queues/growing_ring.hpp"

namespace filch::inline v0::detail {

/// A growable FIFO queue with one pusher, its owner, and any number of takers, the owner among them. It is the
/// deque without `pop`: everybody takes at the top, so indices only grow, several items can be taken by one
/// exchange, and no store-load order is needed (docs/design/deque.md).
///
/// Lock-free except for growth, which allocates.
template <class T, concurrency_policy Policy = native_policy>
class spmc_fifo {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  explicit spmc_fifo(std::size_t capacity = 256, ring_index first = 0)
      : top_(first), bottom_(first), ring_(capacity, first) {}
  spmc_fifo(const spmc_fifo&) = delete;
  spmc_fifo& operator=(const spmc_fifo&) = delete;

  /// Owner only. Appends `item`, which nobody sees before `publish`. Throws std::bad_alloc if the ring must grow and
  /// cannot; the fifo is then unchanged. `pending` counts the items appended since the last publish.
  void append(T item, std::size_t pending) {
    // relaxed: only the owner writes bottom_.
    const ring_index i = advance(bottom_.load(std::memory_order_relaxed), static_cast<std::int64_t>(pending));
    if (ring_.is_full(i)) {
      ring_.make_room(top_, i);
    }
    ring_.put(i, item);
  }

  /// Owner only. Turns the `count` items appended since the last publish round.
  void reverse_pending(std::size_t count) noexcept {
    // relaxed: only the owner writes bottom_, and nobody else looks at these slots yet.
    ring_index lo = bottom_.load(std::memory_order_relaxed);
    for (ring_index hi = advance(lo, static_cast<std::int64_t>(count) - 1); distance(lo, hi) > 0;) {
      const T item = ring_.get(lo);
      ring_.put(lo, ring_.get(hi));
      ring_.put(hi, item);
      lo = advance(lo, 1);
      hi = advance(hi, -1);
    }
  }

  /// Owner only. Lets everybody see the `count` items appended since the last publish.
  void publish(std::size_t count) noexcept {
    Policy::at(test_point::fifo_push_before_publish);
    // relaxed load: only the owner writes bottom_.
    const ring_index b = bottom_.load(std::memory_order_relaxed);
    // [F2] seq_cst: publishes the slots, before the publisher's look for sleepers [S2]. Pairs with [F3] and [F1].
    bottom_.store(advance(b, static_cast<std::int64_t>(count)), std::memory_order_seq_cst);
  }

  void push(T item) {
    append(item, 0);
    publish(1);
  }

  /// Owner only, with nothing appended that is not published. As growing_ring::retire, and what is to be kept of it.
  [[nodiscard]] auto retire() noexcept {
    // relaxed: only the owner writes bottom_.
    const ring_index b = bottom_.load(std::memory_order_relaxed);
    // relaxed: an old value only says that it is not empty.
    return ring_.retire(b, top_.load(std::memory_order_relaxed) == b);
  }
  void keep(std::unique_ptr<ring<T, Policy>> retired) noexcept { ring_.keep(std::move(retired)); }

  /// Any thread. Takes the oldest item.
  steal_result<T> take() noexcept {
    T item{};
    std::size_t taken = 1;
    const steal_status status = take_some(&item, taken, [](std::size_t) { return std::size_t{1}; });
    return {status, item};
  }

  /// Any thread. Takes the older half of the items, at most `limit`, at least one, into `out`; `taken` says how many.
  [[nodiscard]] steal_status take_half(T* out, std::size_t limit, std::size_t& taken) noexcept {
    return take_some(out, taken, [limit](std::size_t n) {
      const std::size_t half = (n + 1) / 2;
      return half < limit ? half : limit;
    });
  }

  /// True if a look that is ordered after all earlier seq_cst operations finds nothing.
  [[nodiscard]] bool empty() const noexcept {
    // [F5] acquire: whoever finds the fifo empty after a take sees that the taker is busy. Pairs with [F4].
    const ring_index t = top_.load(std::memory_order_acquire);
    // [F1] seq_cst: a sleeper that announced itself before sees what a submitter that missed it published. Pairs with
    // [F2].
    return distance(t, bottom_.load(std::memory_order_seq_cst)) <= 0;
  }

 private:
  template <class HowMany>
  steal_status take_some(T* out, std::size_t& taken, HowMany how_many) noexcept {
    // relaxed: the exchange below fails if this value is old; an old bottom_ only hides new items.
    ring_index t = top_.load(std::memory_order_relaxed);
    // [F3] acquire: the slots below bottom_ are written. Pairs with [F2].
    const ring_index b = bottom_.load(std::memory_order_acquire);
    const std::int64_t n = distance(t, b);
    if (n <= 0) {
      return steal_status::empty;
    }
    const ring<T, Policy>& r = ring_.shared();
    // A top_ so old that the items no longer fit the ring is lost anyway.
    if (n > static_cast<std::int64_t>(r.capacity())) {
      return steal_status::lost;
    }
    taken = how_many(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < taken; ++i) {
      out[i] = r.get(advance(t, static_cast<std::int64_t>(i)));
    }
    if constexpr (std::is_pointer_v<T>) {
      // Whatever that slot holds: it is not looked at.
      Policy::prefetch(r.get(advance(t, static_cast<std::int64_t>(taken) + tuning::fifo_prefetch_distance)));
    }
    Policy::at(test_point::fifo_take_before_take);
    // [F4] release: the reads above, and that this thread is busy, happen before the owner's reuse of the slots and
    // before the items are gone. Pairs with [R1] and [F5]. Failure relaxed: nothing is read after it.
    return top_.compare_exchange_strong(t, advance(t, static_cast<std::int64_t>(taken)), std::memory_order_release,
                                        std::memory_order_relaxed)
               ? steal_status::got
               : steal_status::lost;
  }

  // Invariant: top_ and bottom_ only grow; every index in [top_, bottom_) holds an item that nobody has taken.
  alignas(cache_line_size) atomic<ring_index> top_;
  alignas(cache_line_size) atomic<ring_index> bottom_;
  growing_ring<T, Policy> ring_;
};

}  // namespace filch::inline v0::detail
