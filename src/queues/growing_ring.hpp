// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/queues/ring.hpp>

namespace filch::inline v0::detail {

/// The ring of a queue with one owner. The owner replaces it by a larger one when it is full. Other threads read items
/// through `shared()`. What that returns stays valid as long as the queue lives, because the smaller rings are kept;
/// or, if the owner trims the queue, as long as the reading thread has set its hazard flag.
///
/// The items of the queue lie at the indices from its `top` to the owner's end. `top` only grows, and the owner knows a
/// lower bound of it. Every operation but `make_room` is O(1) and wait-free.
template <class T, concurrency_policy Policy>
class growing_ring {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  using ring_type = ring<T, Policy>;

  /// `capacity` is a power of two; `first` is the index of the first item.
  growing_ring(std::size_t capacity, ring_index first)
      : smallest_(capacity),
        newest_(std::make_unique<ring_type>(capacity)),
        limit_(advance(first, signed_capacity())),
        shared_(newest_.get()) {}
  growing_ring(const growing_ring&) = delete;
  growing_ring& operator=(const growing_ring&) = delete;

  /// Owner only. Whether, as far as the owner knows, there is no slot for index `end`.
  [[nodiscard]] bool is_full(ring_index end) const noexcept { return end == limit_.get(); }

  /// Owner only. Gets a slot for index `end`. Throws std::bad_alloc if that takes a larger ring and there is no memory;
  /// nothing has changed then. O(1) amortised.
  void make_room(const atomic<ring_index>& top, ring_index end) {
    // [R1] acquire: the slots below top have been read by those who took them and may be written again. Pairs with [D7]
    // and [F4].
    limit_.set(advance(top.load(std::memory_order_acquire), signed_capacity()));
    if (is_full(end)) {
      grow(end);
    }
  }

  /// Owner only.
  [[nodiscard]] T get(ring_index i) const noexcept { return newest_->get(i); }
  void put(ring_index i, T item) noexcept { newest_->put(i, item); }

  /// Any thread. A ring that holds all items that the caller can know of.
  [[nodiscard]] const ring_type& shared() const noexcept {
    // [R2] acquire: the ring holds what its owner copied into it. Pairs with [R3].
    return *shared_.load(std::memory_order_acquire);
  }

  /// Owner only. Gives up the rings that were replaced. If the queue is empty (it then is so up to index `end`) it also
  /// replaces the ring in use by one of the first size. Returns the rings that were given up, or null. No thread that
  /// asks for `shared()` from now on gets one of them. The caller frees them once nobody reads them any more, or hands
  /// them to `keep`. O(their number).
  [[nodiscard]] std::unique_ptr<ring_type> retire(ring_index end, bool empty) noexcept {
    if (empty && newest_->capacity() > smallest_) {
      try {
        std::unique_ptr<ring_type> old = replace(std::make_unique<ring_type>(smallest_));
        limit_.set(advance(end, signed_capacity()));
        return old;
      } catch (const std::bad_alloc&) {  // then it stays as large
      }
    }
    return newest_->take_kept();
  }

  /// Owner only. Takes back what `retire` has returned, because somebody may still read it.
  void keep(std::unique_ptr<ring_type> retired) noexcept { newest_->keep(std::move(retired)); }

 private:
  [[nodiscard]] std::int64_t signed_capacity() const noexcept { return static_cast<std::int64_t>(newest_->capacity()); }

  void grow(ring_index end) {
    auto bigger = std::make_unique<ring_type>(newest_->capacity() * 2);
    const ring_index known_top = advance(limit_.get(), -signed_capacity());
    for (ring_index i = known_top; i != end; i = advance(i, 1)) {
      bigger->put(i, newest_->get(i));
    }
    std::unique_ptr<ring_type> smaller = replace(std::move(bigger));
    newest_->keep(std::move(smaller));
    limit_.set(advance(known_top, signed_capacity()));
  }

  [[nodiscard]] std::unique_ptr<ring_type> replace(std::unique_ptr<ring_type> other) noexcept {
    // [R3] release: publishes the copied slots. Pairs with [R2].
    shared_.store(other.get(), std::memory_order_release);
    newest_.swap(other);
    return other;
  }

  const std::size_t smallest_;
  std::unique_ptr<ring_type> newest_;                  // owner only; owns the smaller rings too
  typename Policy::template plain<ring_index> limit_;  // owner only; a top that it has read + capacity
  atomic<ring_type*> shared_;                          // newest_
};

}  // namespace filch::inline v0::detail
