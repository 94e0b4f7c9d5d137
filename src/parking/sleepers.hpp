// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

#include "parking/sleep_word.hpp"
#include "parking/wake_patience.hpp"

namespace filch::inline v0::detail {

/// What a worker did before it goes to sleep: if it was counted as a searcher, its search ends with that.
enum class before_sleep : bool { busy, searching };

/// Which workers sleep, and how many search, in one word, so that each decision to wake somebody is one exchange.
/// The protocol and its proof are in docs/design/parking.md.
template <concurrency_policy Policy = native_policy>
class basic_sleepers {
  template <class U>
  using atomic = typename Policy::template atomic<U>;

 public:
  using index = std::uint32_t;
  using word = sleep_word::type;

  /// Begins with `workers` workers that all run, and as many cores. The indices of sleepers are below `count`.
  basic_sleepers(std::size_t workers, std::size_t count)
      : all_cores_(static_cast<std::int32_t>(workers)), below_(std::make_unique<atomic<index>[]>(count)) {}

  [[nodiscard]] const atomic<word>& state() const noexcept { return state_; }

  /// Whether somebody sleeps; a hint.
  [[nodiscard]] bool any() const noexcept {
    // relaxed: a hint.
    return sleep_word::top(state_.load(std::memory_order_relaxed)) != 0;
  }

  /// The sleeper that would be woken next; a hint.
  [[nodiscard]] std::optional<index> next() const noexcept {
    // relaxed: a hint.
    const std::uint32_t top = sleep_word::top(state_.load(std::memory_order_relaxed));
    return top != 0 ? std::optional(top - 1) : std::nullopt;
  }

  /// Whether more threads run, guests among them, than the pool was asked to have; a hint.
  [[nodiscard]] bool oversubscribed_by_guests() const noexcept {
    // relaxed: a hint.
    return sleep_word::free_beside_guests(state_.load(std::memory_order_relaxed)) < 0;
  }
  /// Whether more threads hold a core than there are cores; a hint.
  [[nodiscard]] bool oversubscribed() const noexcept {
    // relaxed: a hint.
    return sleep_word::free_cores(state_.load(std::memory_order_relaxed)) < 0;
  }
  /// Whether a core is free, and nobody sleeps who could be woken to take it; a hint.
  [[nodiscard]] bool needs_spare() const noexcept {
    // relaxed: a hint.
    const word w = state_.load(std::memory_order_relaxed);
    return sleep_word::top(w) == 0 && sleep_word::free_cores(w) > 0;
  }

  /// Returns whether somebody sleeps.
  bool add_guest() noexcept {
    // relaxed: guests only say how many thieves are wanted.
    return sleep_word::top(state_.fetch_add(sleep_word::one_guest, std::memory_order_relaxed)) != 0;
  }
  /// Returns whether that freed a core for a sleeper where there was none beside the guests.
  bool remove_guest() noexcept {
    // [S6] seq_cst: before the look for work whose owner found no core free. Pairs with [S2].
    const word w = state_.fetch_sub(sleep_word::one_guest, std::memory_order_seq_cst);
    return sleep_word::top(w) != 0 && sleep_word::free_beside_guests(w) == 0;
  }

  /// A thread that holds a core parks, but not as a sleeper, and lends its core. Returns whether somebody sleeps who
  /// might want it.
  bool begin_blocking() noexcept {
    // [S7] seq_cst: before the look for work whose submitter found no core free. Pairs with [S2].
    const word w = state_.fetch_add(sleep_word::one_core, std::memory_order_seq_cst);
    return sleep_word::top(w) != 0 && (sleep_word::free_cores(w) == 0 || sleep_word::free_beside_guests(w) == 0);
  }
  /// A thread takes its core back, or a new thread takes one, whether a core is free or not. Returns whether somebody
  /// sleeps.
  bool end_blocking() noexcept {
    // relaxed: only says how many may be woken.
    return sleep_word::top(state_.fetch_sub(sleep_word::one_core, std::memory_order_relaxed)) != 0;
  }

  /// Becomes a searcher, unless `cap` threads search already.
  [[nodiscard]] bool start_search(std::uint32_t cap) noexcept {
    // relaxed: the exchange below settles it.
    word w = state_.load(std::memory_order_relaxed);
    do {
      if (sleep_word::searching(w) >= cap) {
        return false;
      }
      // relaxed: being counted only keeps others from waking one more; what must be ordered is the end of the search.
    } while (!state_.compare_exchange_weak(w, w + sleep_word::one_searching, std::memory_order_relaxed,
                                           std::memory_order_relaxed));
    return true;
  }

  /// The caller's search has ended with work. The caller must look for more work afterwards and, if there is any, wake
  /// another worker.
  void stop_search() noexcept {
    // [S3] seq_cst: before the look for more work: a submitter that still counted this searcher and woke nobody is
    // seen by that look. Pairs with [S2].
    state_.fetch_sub(sleep_word::one_searching, std::memory_order_seq_cst);
  }

  /// Puts `self` on the stack of sleepers, and ends its search. The caller must look at every queue afterwards and, if
  /// one holds something, call `wake_one`, which may return `self`. Then it may sleep. Returns whether nobody runs any
  /// more.
  bool enlist(index self, before_sleep was = before_sleep::busy) noexcept {
    // relaxed: the exchange below settles it.
    word w = state_.load(std::memory_order_relaxed);
    word next = 0;
    do {
      // relaxed: published by the exchange below.
      below_[self].store(sleep_word::top(w), std::memory_order_relaxed);
      next = sleep_word::with_top(w, self + 1, one_epoch) + sleep_word::one_core -
             (was == before_sleep::searching ? sleep_word::one_searching : 0);
      // [S1] seq_cst: announces the sleeper, before its look at the queues; publishes below_. Pairs with [S2],
      // [S4] and [S5].
      // Failure relaxed: only the value is used.
    } while (!state_.compare_exchange_weak(w, next, std::memory_order_seq_cst, std::memory_order_relaxed));
    Policy::at(test_point::sleepers_after_enlist);
    return sleep_word::free_cores(next) == all_cores_ && sleep_word::guests(next) == 0;
  }

  /// For a thread that has published work: takes one sleeper off the stack and counts it as a searcher. Returns nothing
  /// if nobody sleeps, if somebody searches already, or if no core is free.
  [[nodiscard]] std::optional<index> wake_one() noexcept { return take_after_publication(sleep_word::wants_wake); }
  /// The same for one submitter, which relies on a searcher for a number of times only.
  [[nodiscard]] std::optional<index> wake_one(wake_patience& patience) noexcept {
    return take_after_publication([&patience](word w) { return sleep_word::can_wake(w) && patience.is_over(w); });
  }

  /// The same although somebody searches, for a sleeper that has seen work in its last look. The searcher may be
  /// stopped, and nobody else may be about to look at that work again.
  [[nodiscard]] std::optional<index> wake_beside_searchers() noexcept {
    return take_after_publication(sleep_word::can_wake);
  }

  /// The same for work whose owner runs it itself in the end: only if a core is free beside the guests.
  [[nodiscard]] std::optional<index> wake_helper() noexcept { return take_after_publication(sleep_word::wants_helper); }

  /// The same without an order after the publication, so it may miss a sleeper (docs/design/parking.md, "Forks").
  [[nodiscard]] std::optional<index> wake_one_unordered() noexcept {
    // [S4] acquire: below_ of the sleeper on top. Pairs with [S1].
    return take([this] { return state_.load(std::memory_order_acquire); }, sleep_word::wants_helper);
  }

  /// Takes a sleeper off the stack in any case. For shutdown.
  [[nodiscard]] std::optional<index> wake_any() noexcept {
    // [S5] seq_cst: after the caller's flag, as [S2]. Pairs with [S1].
    return take([this] { return state_.load(std::memory_order_seq_cst); },
                [](word w) { return sleep_word::top(w) != 0; });
  }

 private:
  // A model may ask for a shorter epoch, to see what it is good for.
  static constexpr word one_epoch = [] {
    if constexpr (requires { Policy::sleep_epoch_bits; }) {
      return word{1} << (64 - Policy::sleep_epoch_bits);
    } else {
      return sleep_word::one_epoch;
    }
  }();

  template <class Wanted>
  [[nodiscard]] std::optional<index> take_after_publication(Wanted wanted) noexcept {
    // [S2] seq_cst: after the publication of the work: either this sees the sleeper, or its look sees the work.
    // Pairs with [S1], [S3], [S6] and [S7].
    return take([this] { return state_.load(std::memory_order_seq_cst); }, wanted);
  }

  template <class Load, class Wanted>
  [[nodiscard]] std::optional<index> take(Load load, Wanted wanted) noexcept {
    for (word w = load(); wanted(w); w = load()) {
      const index sleeper = sleep_word::top(w) - 1;
      // relaxed: if it belongs to an older time the epoch has changed and the exchange fails.
      const index next = below_[sleeper].load(std::memory_order_relaxed);
      Policy::at(test_point::sleepers_before_wake);
      // relaxed, both: state_'s modification order alone decides who takes the sleeper off, and a read-modify-write
      // goes on with the release sequences of the announcements.
      if (state_.compare_exchange_weak(
              w, sleep_word::with_top(w, next, one_epoch) - sleep_word::one_core + sleep_word::one_searching,
              std::memory_order_relaxed, std::memory_order_relaxed)) {
        return sleeper;
      }
    }
    return std::nullopt;
  }

  alignas(cache_line_size) atomic<word> state_{sleep_word::initial};
  std::int32_t all_cores_;
  std::unique_ptr<atomic<index>[]> below_;
};

using worker_sleepers = basic_sleepers<>;

}  // namespace filch::inline v0::detail
