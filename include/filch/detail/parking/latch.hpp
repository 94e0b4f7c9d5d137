// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/tsan.hpp>

namespace filch::inline v0::detail {

class thread_parker;
FILCH_EXPORT void unpark(thread_parker& parker) noexcept;

/// How the one that is waited for wakes the waiter.
template <class W>
concept waiter_kind = requires(typename W::type& waiter) {
  W::unpark(waiter);
};

struct native_waiter {
  using type = thread_parker;
  FILCH_LOCAL static void unpark(type& parker) noexcept { detail::unpark(parker); }
};

/// A flag that says once that something is finished, with at most one registered waiter at a time. `set` touches the
/// latch once, by one exchange. So the waiter may destroy the latch as soon as it sees it set. The wake-up goes to the
/// waiter's own parker, which is never freed (docs/design/waiting.md).
template <concurrency_policy Policy = native_policy, waiter_kind Waiter = native_waiter>
class basic_latch {
  using parker = typename Waiter::type;

 public:
  basic_latch() = default;
  basic_latch(const basic_latch&) = delete;
  basic_latch& operator=(const basic_latch&) = delete;

  [[nodiscard]] bool is_set() const noexcept {
    // [L1] acquire: what happened before the latch was set. Pairs with [L2].
    return word_.load(std::memory_order_acquire) == set_value;
  }

  /// The last access to the latch by the setting thread.
  FILCH_LOCAL void set() noexcept {
    // [L2] acq_rel: publishes the result (release) and sees the waiter's parker (acquire). Pairs with [L1],
    // [L3] and [L4].
    const std::uintptr_t old = word_.exchange(set_value, std::memory_order_acq_rel);
    if (old != unset) {
      Policy::at(test_point::latch_set_before_unpark);
      Waiter::unpark(*reinterpret_cast<parker*>(old));
    }
  }

  /// For ThreadSanitizer, after the compiled half has seen that the latch is set: shows that to an instrumented caller.
  void tsan_see_set() const noexcept {
#if defined(FILCH_TSAN)
    static_cast<void>(is_set());
#endif
  }

  /// Registers the waiter. False if the latch is set already.
  [[nodiscard]] bool arm(parker& waiter) noexcept {
    std::uintptr_t expected = unset;
    // [L3] seq_cst: publishes the parker, before the waiter's look at what may be nudged about. Pairs with [L2] and
    // [L5].
    // [L4] failure acquire: then the latch is set. Pairs with [L2].
    return word_.compare_exchange_strong(expected, reinterpret_cast<std::uintptr_t>(&waiter), std::memory_order_seq_cst,
                                         std::memory_order_acquire);
  }

  /// Takes the registration back. False if the latch was set meanwhile.
  [[nodiscard]] bool disarm(parker& waiter) noexcept {
    auto expected = reinterpret_cast<std::uintptr_t>(&waiter);
    // relaxed, both: if it fails the latch is set, and is_set sees what happened before.
    return word_.compare_exchange_strong(expected, unset, std::memory_order_relaxed, std::memory_order_relaxed) ||
           !is_set();
  }

  /// Wakes a registered waiter without setting the latch. The caller knows that the latch is alive.
  FILCH_LOCAL void nudge() noexcept {
    // [L5] seq_cst: sees a waiter that did not see what the caller wrote before. Pairs with [L3].
    const std::uintptr_t word = word_.load(std::memory_order_seq_cst);
    if (word != unset && word != set_value) {
      Waiter::unpark(*reinterpret_cast<parker*>(word));
    }
  }

  /// Makes a latch that is set usable again. No other thread may be able to reach it.
  void reset() noexcept {
    // relaxed: nobody else can reach it.
    word_.store(unset, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uintptr_t unset = 0;
  static constexpr std::uintptr_t set_value = 1;  // no parker has this address

  typename Policy::template atomic<std::uintptr_t> word_{unset};
};

using latch = basic_latch<>;

}  // namespace filch::inline v0::detail
