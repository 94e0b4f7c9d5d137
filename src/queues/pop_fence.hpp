// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Whether the owner of a deque passes a full fence in each pop. The owner need not do so while nobody steals. A thief
/// raises the fence before it steals, by a heavy barrier, and the owner lowers it after a time without thefts
/// (docs/design/deque.md, "chase_lev_deque"). Where the system has no such barrier, or refuses it by now, the fence is
/// always up.
template <concurrency_policy Policy = native_policy>
class pop_fence {
 public:
  explicit pop_fence(bool has_heavy_barrier) noexcept : word_(has_heavy_barrier ? down : up) {}

  /// For the owner, after a light barrier: whether it must pass the fence. (It may pass one in any case.)
  [[nodiscard]] bool is_wanted() const noexcept {
    // relaxed: a thief whose wish this read misses passes a heavy barrier after it.
    return state_of(word_.load(std::memory_order_relaxed)) != down;
  }

  /// For the owner: whether a thief wants the fence and has not confirmed that yet.
  [[nodiscard]] bool is_unconfirmed() const noexcept {
    // relaxed: a hint.
    return state_of(word_.load(std::memory_order_relaxed)) != up;
  }

  /// Called by the owner. Raises the fence for good: from now on the owner passes a full fence in every pop.
  void keep_up() noexcept {
    // relaxed: a thief's exchange in between is undone, and fails if it comes later.
    const word w = word_.load(std::memory_order_relaxed);
    // [U4] release: every pop that passed no fence has stored its bottom_. Pairs with [U2].
    word_.store(w - state_of(w) + up, std::memory_order_release);
  }

  /// Owner.
  void lower() noexcept {
    // relaxed: a raise that this read misses is undone with the others; its thief has passed its own barrier.
    const word w = word_.load(std::memory_order_relaxed);
    // [U1] seq_cst: a thief that still finds the fence up has read top_ before the owner reads it next. Pairs with
    // [U2].
    word_.store(w - state_of(w) + next_time, std::memory_order_seq_cst);
  }

  /// For a thief, after its read of top_: whether it is certain that the owner passes the fence in every pop from that
  /// read on.
  [[nodiscard]] bool is_up() const noexcept {
    // [U2] seq_cst: see [U1]; as an acquire, sees the bottom_ of an owner that did not know it yet. Pairs with [U1],
    // [U3] and [U4].
    return state_of(word_.load(std::memory_order_seq_cst)) == up;
  }

  /// For a thief: raises the fence, and in any case passes a heavy barrier after its read of top_. False if the system
  /// has refused the barrier.
  [[nodiscard]] bool raise() noexcept {
    // relaxed: the heavy barrier orders it.
    word w = word_.load(std::memory_order_relaxed);
    // relaxed, both: see above. If the exchange fails somebody else has raised it, or it was lowered meanwhile.
    if (state_of(w) == down &&
        word_.compare_exchange_strong(w, w + (wanted - down), std::memory_order_relaxed, std::memory_order_relaxed)) {
      w += wanted - down;
    }
    if (!Policy::heavy_barrier()) {
      return false;
    }
    if (state_of(w) == wanted) {
      // [U3] release: every owner's pop that did not know of the wish has stored its bottom_. Pairs with [U2]. Failure
      // relaxed: it is up, or was lowered again; this thief has its own barrier.
      word_.compare_exchange_strong(w, w + (up - wanted), std::memory_order_release, std::memory_order_relaxed);
    }
    return true;
  }

 private:
  // The state, and in the bits above it how often the fence was lowered, so that a thief does not confirm a wish that
  // was made after the fence was lowered.
  using word = std::uint64_t;
  static constexpr word down = 0;
  static constexpr word wanted = 1;  // by a thief that may not have passed its barrier yet
  static constexpr word up = 2;
  static constexpr word next_time = 4;

  [[nodiscard]] static constexpr word state_of(word w) noexcept { return w % next_time; }

  typename Policy::template atomic<word> word_;
};

}  // namespace filch::inline v0::detail
