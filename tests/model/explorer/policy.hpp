// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <filch/detail/base/test_point.hpp>

#include "explorer/explorer.hpp"
#include "explorer/orders.hpp"
#include "explorer/run.hpp"

namespace filch_model {

/// Stands in for std::atomic. Every operation is a step of the run under way.
template <class T>
class model_atomic {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(std::uint64_t));

 public:
  using value_type = T;

  model_atomic() noexcept : model_atomic(T{}) {}
  model_atomic(T value) noexcept : location_(&run::current()->make(encode(value))) {}
  model_atomic(const model_atomic&) = delete;
  model_atomic& operator=(const model_atomic&) = delete;
  ~model_atomic() { run::current()->destroy(*location_); }

  T load(std::memory_order order, const char* file = __builtin_FILE(), int line = __builtin_LINE()) const noexcept {
    request r = make(action::load, order, file, line);
    run::current()->perform(r);
    return decode(r.value);
  }

  void store(T value, std::memory_order order, const char* file = __builtin_FILE(),
             int line = __builtin_LINE()) noexcept {
    request r = make(action::store, order, file, line);
    r.operand = encode(value);
    run::current()->perform(r);
  }

  T exchange(T value, std::memory_order order, const char* file = __builtin_FILE(),
             int line = __builtin_LINE()) noexcept {
    return change(value, order, file, line, [](std::uint64_t, std::uint64_t n) { return n; });
  }
  T fetch_add(T n, std::memory_order order, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    return change(n, order, file, line,
                  [](std::uint64_t a, std::uint64_t b) { return encode(static_cast<T>(decode(a) + decode(b))); });
  }
  T fetch_sub(T n, std::memory_order order, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    return change(n, order, file, line,
                  [](std::uint64_t a, std::uint64_t b) { return encode(static_cast<T>(decode(a) - decode(b))); });
  }
  T fetch_and(T n, std::memory_order order, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    return change(n, order, file, line, [](std::uint64_t a, std::uint64_t b) { return a & b; });
  }
  T fetch_or(T n, std::memory_order order, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    return change(n, order, file, line, [](std::uint64_t a, std::uint64_t b) { return a | b; });
  }

  bool compare_exchange_strong(T& expected, T value, std::memory_order success, std::memory_order failure,
                               const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    request r = make(action::compare_exchange, success, file, line);
    r.failure = weakened(failure, r.at, r.what, operand::failure);
    r.expected = encode(expected);
    r.operand = encode(value);
    run::current()->perform(r);
    if (!r.done) {
      expected = decode(r.value);
    }
    return r.done;
  }
  /// Never fails for no reason: a loop that tries again would only do the same once more.
  bool compare_exchange_weak(T& expected, T value, std::memory_order success, std::memory_order failure,
                             const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    return compare_exchange_strong(expected, value, success, failure, file, line);
  }

  [[nodiscard]] location& where() const noexcept { return *location_; }

 private:
  static std::uint64_t encode(T value) noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return bits;
  }
  static T decode(std::uint64_t bits) noexcept {
    T value;
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }

  request make(action what, std::memory_order order, const char* file, int line) const noexcept {
    request r;
    r.what = what;
    r.where = location_;
    r.at = {file, line};
    r.order = weakened(order, r.at, what, operand::success);
    return r;
  }

  T change(T operand, std::memory_order order, const char* file, int line,
           std::uint64_t (*apply)(std::uint64_t, std::uint64_t)) noexcept {
    request r = make(action::exchange, order, file, line);
    r.operand = encode(operand);
    r.apply = apply;
    run::current()->perform(r);
    return decode(r.value);
  }

  location* location_;
};

/// A variable that must not be touched by two threads at once.
template <class T>
class model_plain {
 public:
  model_plain() noexcept : model_plain(T{}) {}
  explicit model_plain(T value) noexcept : value_(value) { note_write(); }

  [[nodiscard]] T get() const noexcept {
    run& r = *run::current();
    if (!r.shared().happened(r.active()).knows(writer_, written_) && writer_ != r.active()) {
      r.fail("data race: a plain variable is read while another thread writes it");
    }
    read_[r.active()] = r.shared().plain_step(r.active());
    return value_;
  }

  void set(T value) noexcept {
    run& r = *run::current();
    const vector_clock& happened = r.shared().happened(r.active());
    for (thread_id t = 0; t < max_threads; ++t) {
      if (t != r.active() && !happened.knows(t, read_[t])) {
        r.fail("data race: a plain variable is written while another thread reads it");
      }
    }
    if (!happened.knows(writer_, written_) && writer_ != r.active()) {
      r.fail("data race: two threads write a plain variable");
    }
    note_write();
    value_ = value;
  }

 private:
  void note_write() noexcept {
    run& r = *run::current();
    writer_ = r.active();
    written_ = r.shared().plain_step(writer_);
  }

  T value_;
  thread_id writer_ = 0;
  std::uint32_t written_ = 0;
  mutable std::array<std::uint32_t, max_threads> read_{};
};

/// A futex whose calls are steps. A wait may also end for no reason, once for each thread.
struct model_futex {
  using word = model_atomic<std::uint32_t>;
  using time_point = std::chrono::steady_clock::time_point;

  static void wait(const word& w, std::uint32_t expected, const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) noexcept {
    static_cast<void>(wait_on(w, expected, false, file, line));
  }
  /// The deadline may pass at any moment.
  static bool wait_until(const word& w, std::uint32_t expected, time_point, const char* file = __builtin_FILE(),
                         int line = __builtin_LINE()) noexcept {
    return wait_on(w, expected, true, file, line);
  }
  static void wake_one(const word* w, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    wake(w, false, file, line);
  }
  static void wake_all(const word* w, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
    wake(w, true, file, line);
  }

 private:
  static bool wait_on(const word& w, std::uint32_t expected, bool timed, const char* file, int line) noexcept {
    request r;
    r.what = action::futex_wait;
    r.where = &w.where();
    r.at = {file, line};
    r.expected = expected;
    r.timed = timed;
    run::current()->perform(r);
    return r.done || r.value != expected;
  }
  static void wake(const word* w, bool all, const char* file, int line) noexcept {
    request r;
    r.what = action::futex_wake;
    r.where = &w->where();
    r.at = {file, line};
    r.all = all;
    run::current()->perform(r);
  }
};

/// What the scheduler's templates are built over here.
struct policy {
  template <class T>
  using atomic = model_atomic<T>;
  template <class T>
  using plain = model_plain<T>;
  using futex = model_futex;

  static void at(filch::detail::test_point where) noexcept { run::current()->at(where); }
  static void prefetch(const void*) noexcept {}
  static void pause() noexcept { fail("a modelled thread spins"); }
  /// A barrier that every thread passes where it is.
  static bool heavy_barrier() noexcept {
    request r;
    r.what = action::barrier;
    run::current()->perform(r);
    return true;
  }
  static bool has_heavy_barrier() noexcept { return !run::current()->refuses_barriers(); }
  static void light_barrier() noexcept {}
};

inline void fence(std::memory_order order) { run::current()->fence(order); }

}  // namespace filch_model
