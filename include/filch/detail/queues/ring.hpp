// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <filch/detail/base/assert.hpp>
#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// An index of a queue. Indices grow for ever and may wrap around, so only their differences are compared.
using ring_index = std::int64_t;

[[nodiscard]] constexpr ring_index advance(ring_index i, std::int64_t by) noexcept {
  return static_cast<ring_index>(static_cast<std::uint64_t>(i) + static_cast<std::uint64_t>(by));
}

/// to - from, right across the wrap.
[[nodiscard]] constexpr std::int64_t distance(ring_index from, ring_index to) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
}

/// A circular array of relaxed atomics. The queue's indices order the accesses to it.
template <class T, concurrency_policy Policy>
class ring {
 public:
  /// `capacity` is a power of two.
  explicit ring(std::size_t capacity)
      : mask_(capacity - 1), slots_(std::make_unique<typename Policy::template atomic<T>[]>(capacity)) {
    FILCH_ASSERT(std::has_single_bit(capacity));
  }

  [[nodiscard]] std::size_t capacity() const noexcept { return mask_ + 1; }

  // relaxed, both: the deque's bottom publishes a slot, and its top says whether a value read may be used.
  [[nodiscard]] T get(ring_index i) const noexcept { return slot(i).load(std::memory_order_relaxed); }
  void put(ring_index i, T item) noexcept { slot(i).store(item, std::memory_order_relaxed); }

  /// The memory of the slots.
  [[nodiscard]] void* data() const noexcept { return slots_.get(); }
  [[nodiscard]] std::size_t bytes() const noexcept { return capacity() * sizeof(slots_[0]); }

  /// Keeps the ring that this one replaced alive: a thief may still read it.
  void keep(std::unique_ptr<ring> old) noexcept { previous_ = std::move(old); }
  [[nodiscard]] std::unique_ptr<ring> take_kept() noexcept { return std::move(previous_); }

 private:
  [[nodiscard]] auto& slot(ring_index i) const noexcept { return slots_[static_cast<std::size_t>(i) & mask_]; }

  std::size_t mask_;
  std::unique_ptr<typename Policy::template atomic<T>[]> slots_;
  std::unique_ptr<ring> previous_;
};

}  // namespace filch::inline v0::detail
