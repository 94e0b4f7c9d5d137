// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// Whether the owner of a deque passes a full fence in each pop. It need not while nobody steals: a thief raises the
/// fence first, by a heavy barrier, and the owner lowers it after a time without thefts (docs/design/deque.md,
/// "chase_lev_deque"). Where the system has no such barrier, or refuses it by now, the fence is always up.
template <class Policy = native_policy>
class pop_fence {
 public:
  explicit pop_fence(bool has_heavy_barrier) noexcept : word_(has_heavy_barrier ? down : up) {}

  /// Owner, after a light barrier: whether it must pass the fence. It may in any case.
  [[nodiscard]] bool is_wanted() const noexcept {
    // relaxed: a thief whose wish this read misses passes a heavy barrier after it.
    return state_of(word_.load(std::memory_order_relaxed)) != down;
  }

  /// Owner: whether a thief has yet to confirm that it is wanted.
  [[nodiscard]] bool is_unconfirmed() const noexcept {
    // relaxed: a hint.
    return state_of(word_.load(std::memory_order_relaxed)) != up;
  }

  /// Owner: raises it by itself, and passes the fence in every pop from now on.
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

  /// Thief, after its read of top_: whether the owner is known to pass the fence in every pop from that read on.
  [[nodiscard]] bool is_up() const noexcept {
    // [U2] seq_cst: see [U1]; as an acquire, sees the bottom_ of an owner that did not know it yet. Pairs with [U1],
    // [U3] and [U4].
    return state_of(word_.load(std::memory_order_seq_cst)) == up;
  }

  /// Thief: raises it, and passes a heavy barrier after its read of top_ in any case. False if the system refused that.
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
  // The state, and above it how often the fence was lowered: who raises it must not confirm the wish of a later time.
  using word = std::uint64_t;
  static constexpr word down = 0;
  static constexpr word wanted = 1;  // by a thief that may not have passed its barrier yet
  static constexpr word up = 2;
  static constexpr word next_time = 4;

  [[nodiscard]] static constexpr word state_of(word w) noexcept { return w % next_time; }

  typename Policy::template atomic<word> word_;
};

}  // namespace filch::inline v0::detail
