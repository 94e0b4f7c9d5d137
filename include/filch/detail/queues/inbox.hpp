// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

namespace filch::inline v0::detail {

enum class inbox_push : unsigned char { accepted, closed };
/// What a push does about a closed inbox. A thread that the pool waits for may push all the same.
enum class inbox_close : unsigned char { respected, ignored };

/// An unbounded queue that any thread may fill, and that any thread may empty, all of it at once. It is a Treiber stack
/// whose only removal takes everything, so an address that is used again does no harm (no ABA). The chain that a
/// removal returns has the newest node first. `Node` has a member `next`, and lies at an even address. `Alignment` is a
/// cache line unless the inbox lies in an object that is small and short-lived.
///
/// Lock-free, O(1).
template <class Node, concurrency_policy Policy = native_policy, std::size_t Alignment = cache_line_size>
class inbox {
 public:
  inbox() = default;
  inbox(const inbox&) = delete;
  inbox& operator=(const inbox&) = delete;

  /// Adds the chain first -> ... -> last, linked by `next` from the newest to the oldest.
  template <inbox_close Close = inbox_close::respected>
  [[nodiscard]] inbox_push push_chain(Node* newest, Node* oldest) noexcept {
    // relaxed: the exchange below brings the value again, or succeeds on it.
    std::uintptr_t head = head_.load(std::memory_order_relaxed);
    Policy::at(test_point::inbox_push_before_publish);
    do {
      if (Close == inbox_close::respected && (head & closed_bit) != 0) {
        return inbox_push::closed;
      }
      oldest->next = reinterpret_cast<Node*>(head & ~mask<Close>);
      // [I1] seq_cst: publishes the nodes, before the submitter's look for sleepers [S2]. Pairs with [I2] and [I3].
      // Failure relaxed: only the pointer's value is used.
    } while (!head_.compare_exchange_weak(head, reinterpret_cast<std::uintptr_t>(newest) | (head & mask<Close>),
                                          std::memory_order_seq_cst, std::memory_order_relaxed));
    return inbox_push::accepted;
  }

  [[nodiscard]] inbox_push push(Node* node) noexcept { return push_chain(node, node); }

  /// Takes all; returns the newest, linked by `next` to the older ones, or null.
  [[nodiscard]] Node* drain() noexcept {
    // relaxed: a hint that saves the exchange; a sleeper's last look is `empty`.
    if ((head_.load(std::memory_order_relaxed) & ~closed_bit) == 0) {
      return nullptr;
    }
    // [I2] acq_rel: the nodes are written; whoever finds the inbox empty after it sees that the drainer is busy. Pairs
    // with [I1] and [I3]. Keeps the closed bit.
    const std::uintptr_t head = head_.fetch_and(closed_bit, std::memory_order_acq_rel);
    Policy::at(test_point::inbox_drain_after_take);
    return reinterpret_cast<Node*>(head & ~closed_bit);
  }

  /// Refuses pushes from now on. What was accepted before stays in the inbox.
  void close() noexcept {
    // [I4] seq_cst: before the look for submitters that wait for room [E2]. Pairs with [I5]. A push is accepted if it
    // comes before this in the order of head_ alone; whoever knows of the close sees what was accepted.
    head_.fetch_or(closed_bit, std::memory_order_seq_cst);
  }

  [[nodiscard]] bool closed() const noexcept {
    // relaxed: an early answer; the push decides.
    return (head_.load(std::memory_order_relaxed) & closed_bit) != 0;
  }

  /// The same, seen after all earlier seq_cst operations.
  [[nodiscard]] bool closed_in_order() const noexcept {
    // [I5] seq_cst: a submitter that announced itself before sees the close of whoever missed the announcement. Pairs
    // with [I4].
    return (head_.load(std::memory_order_seq_cst) & closed_bit) != 0;
  }

  [[nodiscard]] bool empty() const noexcept {
    // [I3] seq_cst: a sleeper that announced itself before sees what a submitter that missed it pushed; a collect that
    // misses what was drained sees the drainer busy. Pairs with [I1] and [I2].
    return (head_.load(std::memory_order_seq_cst) & ~closed_bit) == 0;
  }

 private:
  static constexpr std::uintptr_t closed_bit = 1;
  // What is kept of the head: a push that respects the bit knows that it is not set.
  template <inbox_close Close>
  static constexpr std::uintptr_t mask = Close == inbox_close::respected ? 0 : closed_bit;

  alignas(Alignment) typename Policy::template atomic<std::uintptr_t> head_{0};
};

}  // namespace filch::inline v0::detail
