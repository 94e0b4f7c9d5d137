// SPDX-License-Identifier: BSL-1.0
#include <atomic>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/mutex.hpp>

#include "scenario.hpp"
#include "src/parking/parker.hpp"

// The scheduler has to find these.

namespace {

using filch::detail::mutex;

SCENARIO_THAT_FAILS(self_two_locks_in_two_orders, "deadlock") {
  mutex a;
  mutex b;
  const schedule::thread other([&] {
    a.lock();
    b.lock();
    b.unlock();
    a.unlock();
  });
  b.lock();
  a.lock();
  a.unlock();
  b.unlock();
}

SCENARIO_THAT_FAILS(self_increment_in_two_steps, "check") {
  filch::detail::atomic<int> n{0};
  {
    const auto add = [&n] { n.store(n.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); };
    const schedule::thread other(add);
    add();
  }
  schedule::check(n.load(std::memory_order_relaxed) == 2, "no increment is lost");
}

SCENARIO_THAT_FAILS(self_wake_up_before_the_sleep, "deadlock") {
  filch::detail::native_futex::word word{0};
  filch::detail::atomic<bool> asleep{false};
  const schedule::thread waker([&] {
    word.store(1, std::memory_order_seq_cst);
    if (asleep.load(std::memory_order_seq_cst)) {
      filch::detail::native_futex::wake_one(&word);
    }
  });
  if (word.load(std::memory_order_seq_cst) == 0) {
    asleep.store(true, std::memory_order_seq_cst);
    filch::detail::native_futex::wait(word, 0);
    // Without the announcement before the look the waker may see nobody.
    while (word.load(std::memory_order_seq_cst) == 0) {
      filch::detail::native_futex::wait(word, 0);
    }
  }
  asleep.store(false, std::memory_order_seq_cst);
  filch::detail::native_futex::word never{0};
  filch::detail::native_futex::wait(never, 0);
  filch::detail::native_futex::wait(never, 0);
}

SCENARIO_THAT_FAILS(self_spin_that_never_ends, "too many steps") {
  filch::detail::atomic<bool> never{false};
  while (!never.load(std::memory_order_relaxed)) {
  }
}

SCENARIO_THAT_FAILS(self_initialiser_that_waits_for_itself, "deadlock") {
  static mutex gate;
  const schedule::thread other([] {
    gate.lock();
    static const int value = [] {
      filch::detail::native_policy::pause();
      return 1;
    }();
    static_cast<void>(value);
  });
  gate.lock();
}

SCENARIO(self_token_that_comes_first_is_kept) {
  filch::detail::native_parker parker;
  const schedule::thread waker([&] { parker.unpark(); });
  parker.park();
}

SCENARIO(self_spin_for_another_thread_ends) {
  filch::detail::atomic<bool> set{false};
  const schedule::thread other([&] { set.store(true, std::memory_order_relaxed); });
  while (!set.load(std::memory_order_relaxed)) {
    filch::detail::native_policy::pause();
  }
}

SCENARIO(self_static_is_made_once) {
  static int made = 0;
  const auto use = [] {
    static const int value = [] {
      filch::detail::native_policy::pause();
      return ++made;
    }();
    return value;
  };
  const schedule::thread other([&] { schedule::check(use() == 1, "made once"); });
  schedule::check(use() == 1, "made once");
}

}  // namespace
