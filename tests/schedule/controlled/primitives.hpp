// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <type_traits>

// What filch's headers use instead of the standard library's types when they are compiled with FILCH_CONTROLLED. Every
// operation first asks the scheduler which thread goes on (docs/design/controlled-scheduler.md). Outside of a schedule,
// and on threads that the scheduler does not know, every operation is a plain one.
namespace controlled {

/// What a thread is about to do; for traces.
enum class action : unsigned char {
  load,
  store,
  modify,
  compare,
  lock,
  unlock,
  futex_wait,
  futex_wake,
  barrier,
  start_thread,
  join_thread,
  pause,
  clock,
  scenario,
};

/// One step: another thread may go on before the caller does what it is about to do.
void step(action what) noexcept;
/// The same for a function that stands in for one of the system: the step is where that is called.
void step_at(action what, const void* where) noexcept;
/// The same for a thread that spins: one that can do something else goes first.
void pause() noexcept;
/// A number below `n`, which is at least 1. The only source of chance of a schedule.
[[nodiscard]] std::size_t choose(std::size_t n) noexcept;
/// True once in `n` times, and never while the schedules are enumerated.
[[nodiscard]] bool once_in(std::size_t n) noexcept;

#define CONTROLLED_INLINE __attribute__((always_inline)) inline

/// As std::atomic. Only one thread at a time runs, so every operation is sequentially consistent.
template <class T>
class atomic {
 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;

  constexpr atomic() noexcept = default;
  constexpr atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  atomic(const atomic&) = delete;
  atomic& operator=(const atomic&) = delete;

  CONTROLLED_INLINE T load(std::memory_order) const noexcept {
    step(action::load);
    return value_.load(std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE void store(T value, std::memory_order) noexcept {
    step(action::store);
    value_.store(value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE T exchange(T value, std::memory_order) noexcept {
    step(action::modify);
    return value_.exchange(value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE bool compare_exchange_strong(T& expected, T value, std::memory_order, std::memory_order) noexcept {
    step(action::compare);
    return value_.compare_exchange_strong(expected, value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE bool compare_exchange_weak(T& expected, T value, std::memory_order success,
                                               std::memory_order failure) noexcept {
    if (once_in(64)) {
      step(action::compare);
      expected = value_.load(std::memory_order_seq_cst);
      return false;
    }
    return compare_exchange_strong(expected, value, success, failure);
  }
  CONTROLLED_INLINE T fetch_add(auto value, std::memory_order) noexcept {
    step(action::modify);
    return value_.fetch_add(value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE T fetch_sub(auto value, std::memory_order) noexcept {
    step(action::modify);
    return value_.fetch_sub(value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE T fetch_and(T value, std::memory_order) noexcept {
    step(action::modify);
    return value_.fetch_and(value, std::memory_order_seq_cst);
  }
  CONTROLLED_INLINE T fetch_or(T value, std::memory_order) noexcept {
    step(action::modify);
    return value_.fetch_or(value, std::memory_order_seq_cst);
  }

  /// A look that is no step.
  [[nodiscard]] T peek() const noexcept { return value_.load(std::memory_order_seq_cst); }

 private:
  std::atomic<T> value_{};
};

/// As std::mutex.
class mutex {
 public:
  constexpr mutex() noexcept = default;
  mutex(const mutex&) = delete;
  mutex& operator=(const mutex&) = delete;

  void lock() noexcept;
  [[nodiscard]] bool try_lock() noexcept;
  void unlock() noexcept;

 private:
  bool locked_ = false;
};

/// Time that passes only by what the threads do: a little with each look at the clock and each pause, and up to the
/// next deadline when nobody can do anything else, or by chance.
struct steady_clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  [[nodiscard]] static time_point now() noexcept;
};

}  // namespace controlled
