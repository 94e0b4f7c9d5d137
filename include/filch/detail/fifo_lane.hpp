// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/atomic.hpp>
#include <filch/detail/cache_line.hpp>
#include <filch/detail/ring.hpp>
#include <filch/detail/steal_result.hpp>

namespace filch::inline v0::detail {

/// A growable FIFO queue with one pusher, its owner, and any number of takers, the owner among them. It is the
/// deque without `pop`: everybody takes at the top, so indices only grow, several items can be taken by one
/// exchange, and no store-load order is needed (docs/design/deque.md).
///
/// Lock-free except for growth, which allocates.
template <class T, class Policy = native_policy>
class fifo_lane {
  template <class U>
  using atomic = typename Policy::template atomic<U>;
  using ring_type = ring<T, Policy>;

 public:
  explicit fifo_lane(std::size_t capacity = 256, ring_index first = 0)
      : top_(first),
        bottom_(first),
        ring_(nullptr),
        known_top_(first),
        storage_(std::make_unique<ring_type>(capacity)) {
    // relaxed: the lane reaches other threads by whatever hands out a reference to it.
    ring_.store(storage_.get(), std::memory_order_relaxed);
  }
  fifo_lane(const fifo_lane&) = delete;
  fifo_lane& operator=(const fifo_lane&) = delete;

  /// Owner only. Appends `item`, which nobody sees before `publish`. Throws std::bad_alloc if the ring must grow and
  /// cannot; the lane is then unchanged. `pending` counts the items appended since the last publish.
  void append(T item, std::size_t pending) {
    // relaxed: only the owner writes bottom_ and ring_.
    const ring_index i = advance(bottom_.load(std::memory_order_relaxed), static_cast<std::int64_t>(pending));
    ring_type* r = ring_.load(std::memory_order_relaxed);
    if (distance(known_top_.get(), i) >= static_cast<std::int64_t>(r->capacity())) {
      // [F1] acquire: slots below top_ have been read by their takers and may be written again. Pairs with [F4].
      known_top_.set(top_.load(std::memory_order_acquire));
      if (distance(known_top_.get(), i) >= static_cast<std::int64_t>(r->capacity())) {
        r = grow(i);
      }
    }
    r->put(i, item);
  }

  /// Owner only. Turns the `count` items appended since the last publish round.
  void reverse_pending(std::size_t count) noexcept {
    // relaxed, both: only the owner writes bottom_ and ring_, and nobody else looks at these slots yet.
    ring_index lo = bottom_.load(std::memory_order_relaxed);
    ring_type* const r = ring_.load(std::memory_order_relaxed);
    for (ring_index hi = advance(lo, static_cast<std::int64_t>(count) - 1); distance(lo, hi) > 0;) {
      const T item = r->get(lo);
      r->put(lo, r->get(hi));
      r->put(hi, item);
      lo = advance(lo, 1);
      hi = advance(hi, -1);
    }
  }

  /// Owner only. Lets everybody see the `count` items appended since the last publish.
  void publish(std::size_t count) noexcept {
    Policy::at(point::lane_push_before_publish);
    // relaxed load: only the owner writes bottom_.
    const ring_index b = bottom_.load(std::memory_order_relaxed);
    // [F2] seq_cst: publishes the slots, before the publisher's look for sleepers [S2]. Pairs with [F3] and [F6].
    bottom_.store(advance(b, static_cast<std::int64_t>(count)), std::memory_order_seq_cst);
  }

  void push(T item) {
    append(item, 0);
    publish(1);
  }

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
    // [F8] acquire: whoever finds the lane empty after a take sees that the taker is busy. Pairs with [F4].
    const ring_index t = top_.load(std::memory_order_acquire);
    // [F6] seq_cst: a sleeper that announced itself before sees what a submitter that missed it published. Pairs with
    // [F2].
    return distance(t, bottom_.load(std::memory_order_seq_cst)) <= 0;
  }

 private:
  static constexpr std::int64_t prefetch_distance = 4;

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
    // [F5] acquire: the ring holds what its owner copied into it. Pairs with [F7].
    const ring_type* r = ring_.load(std::memory_order_acquire);
    // A top_ so old that the items no longer fit the ring is lost anyway.
    if (n > static_cast<std::int64_t>(r->capacity())) {
      return steal_status::lost;
    }
    taken = how_many(static_cast<std::size_t>(n));
    for (std::size_t i = 0; i < taken; ++i) {
      out[i] = r->get(advance(t, static_cast<std::int64_t>(i)));
    }
    if constexpr (std::is_pointer_v<T>) {
      // Whatever that slot holds: it is not looked at.
      Policy::prefetch(r->get(advance(t, static_cast<std::int64_t>(taken) + prefetch_distance)));
    }
    Policy::at(point::lane_take_before_take);
    // [F4] release: the reads above, and that this thread is busy, happen before the owner's reuse of the slots and
    // before the items are gone. Pairs with [F1] and [F8]. Failure relaxed: nothing is read after it.
    return top_.compare_exchange_strong(t, advance(t, static_cast<std::int64_t>(taken)), std::memory_order_release,
                                        std::memory_order_relaxed)
               ? steal_status::got
               : steal_status::lost;
  }

  [[nodiscard]] ring_type* grow(ring_index end) {
    auto bigger = std::make_unique<ring_type>(storage_->capacity() * 2);
    for (ring_index i = known_top_.get(); i != end; i = advance(i, 1)) {
      bigger->put(i, storage_->get(i));
    }
    ring_type* const r = bigger.get();
    // [F7] release: publishes the copied slots. Pairs with [F5].
    ring_.store(r, std::memory_order_release);
    r->keep(std::exchange(storage_, std::move(bigger)));
    return r;
  }

  // Invariant: top_ and bottom_ only grow; every index in [top_, bottom_) holds an item that nobody has taken.
  alignas(cache_line_size) atomic<ring_index> top_;
  alignas(cache_line_size) atomic<ring_index> bottom_;
  atomic<ring_type*> ring_;
  typename Policy::template plain<ring_index> known_top_;  // owner only; known_top_ <= top_
  std::unique_ptr<ring_type> storage_;
};

}  // namespace filch::inline v0::detail
