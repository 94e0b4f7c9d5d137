// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include <filch/config.hpp>
#include <filch/detail/base/test_point.hpp>

#if FILCH_CONTROLLED
#include <controlled/primitives.hpp>
#endif

namespace filch::inline v0::detail {

// filch names the atomic variable, the clock and (in mutex.hpp) the mutex in one place each. The tests compile the
// whole library with FILCH_CONTROLLED, which puts their own types here: a scheduler then decides at every step which
// thread goes on (docs/design/controlled-scheduler.md).
#if FILCH_CONTROLLED
using controlled::atomic;
using controlled::steady_clock;
#else
template <class T>
using atomic = std::atomic<T>;
using steady_clock = std::chrono::steady_clock;
#endif

/// A variable that one thread at a time may touch. The model checker's version detects races on it.
template <class T>
class plain_cell {
 public:
  constexpr plain_cell() noexcept = default;
  constexpr explicit plain_cell(T value) noexcept : value_(value) {}
  [[nodiscard]] T get() const noexcept { return value_; }
  void set(T value) noexcept { value_ = value; }

 private:
  T value_{};
};

/// Sleeping on a 32-bit word: futex on Linux, WaitOnAddress on Windows, mutex and condition variable elsewhere.
/// A wait may return for no reason; callers check their condition again.
struct native_futex {
  using word = detail::atomic<std::uint32_t>;
  using time_point = steady_clock::time_point;

  /// Blocks while `w` holds `expected`, until woken.
  FILCH_EXPORT static void wait(const word& w, std::uint32_t expected) noexcept;
  /// The same until `deadline`; false when that has passed.
  FILCH_EXPORT static bool wait_until(const word& w, std::uint32_t expected, time_point deadline) noexcept;
  /// Wakes one waiter. Only the address is used: the word may be gone already.
  FILCH_EXPORT static void wake_one(const word* w) noexcept;
  FILCH_EXPORT static void wake_all(const word* w) noexcept;
};

#if FILCH_POINTS
FILCH_EXPORT atomic<test_point_hook>& installed_test_point_hook() noexcept;
#endif

/// What the concurrent templates are built over: the types of their variables, and the points at which a test may look
/// in. Some use the functions of native_policy too.
template <class P>
concept concurrency_policy = requires(test_point where) {
  typename P::template atomic<std::uint32_t>;
  P::at(where);
};

/// The policy of the shipped library. The model checker instantiates the same source with its own policy.
struct native_policy {
  template <class T>
  using atomic = detail::atomic<T>;
  template <class T>
  using plain = plain_cell<T>;
  using futex = native_futex;

  static void at([[maybe_unused]] test_point where) noexcept {
#if FILCH_POINTS
    // relaxed: the hook is installed before the threads that meet it are started.
    if (const test_point_hook hook = installed_test_point_hook().load(std::memory_order_relaxed)) {
      hook(where);
    }
#endif
  }

  /// Half a fence: orders what comes before it and what comes after it, as seen by a thread that passes heavy_barrier()
  /// in between. Costs no instruction.
  static void light_barrier() noexcept {
    // [K8] seq_cst: keeps the compiler from moving anything over it; the rest is done by heavy_barrier(). Pairs with
    // [K5].
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  /// Makes every running thread of the process pass a full fence at the place where it is (Linux: expedited membarrier,
  /// 1 to 3 us). Returns false, and has done nothing, if the system could not do so from the start. Takes 10 ms if the
  /// system has begun to refuse later.
  FILCH_EXPORT static bool heavy_barrier() noexcept;
  /// Whether the system can do so. Once the answer is no, it stays no.
  FILCH_EXPORT static bool has_heavy_barrier() noexcept;

  /// A hint that the memory behind `p` will be wanted soon. Any value of `p` will do.
  static void prefetch([[maybe_unused]] const void* p) noexcept {
#if defined(__GNUC__)
    __builtin_prefetch(p, 1);
#endif
  }

  /// A hint to the processor that this thread spins.
  static void pause() noexcept {
#if FILCH_CONTROLLED
    controlled::pause();
#elif defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) && defined(__GNUC__)
    __asm__ __volatile__("isb" ::: "memory");
#endif
  }
};

}  // namespace filch::inline v0::detail
