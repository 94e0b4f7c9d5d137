// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/parking/latch.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "src/parking/thread_parker.hpp"
#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("a latch is set once and stays set until it is reset") {
  latch l;
  REQUIRE_FALSE(l.is_set());
  l.set();
  REQUIRE(l.is_set());
  REQUIRE_FALSE(l.arm(thread_parker::mine()));
  l.reset();
  REQUIRE_FALSE(l.is_set());
}

TEST_CASE("setting an armed latch leaves a token with the waiter") {
  thread_parker& parker = thread_parker::mine();
  latch l;
  REQUIRE(l.arm(parker));
  l.set();
  parker.park();
  REQUIRE(l.is_set());
}

TEST_CASE("disarm takes the registration back, unless the latch is set") {
  thread_parker& parker = thread_parker::mine();
  latch l;
  REQUIRE(l.arm(parker));
  REQUIRE(l.disarm(parker));
  l.set();
  REQUIRE_FALSE(parker.park_until(std::chrono::steady_clock::now()));  // nobody was registered
  latch other;
  REQUIRE(other.arm(parker));
  other.set();
  REQUIRE_FALSE(other.disarm(parker));
  parker.park();
}

TEST_CASE("nudge wakes a waiter and does not set the latch") {
  thread_parker& parker = thread_parker::mine();
  latch l;
  l.nudge();
  REQUIRE(l.arm(parker));
  l.nudge();
  parker.park();
  REQUIRE_FALSE(l.is_set());
  l.set();
  parker.park();
  l.nudge();
  REQUIRE_FALSE(parker.park_until(std::chrono::steady_clock::now()));
}

TEST_CASE("nudge: what came before it is seen by the waiter or the waiter is woken") {
  constexpr int rounds = 30'000;
  latch l;
  std::atomic<int> offered{0};
  std::atomic<int> taken{0};
  std::thread offerer([&] {
    for (int i = 1; i <= rounds; ++i) {
      offered.store(i, std::memory_order_seq_cst);
      l.nudge();
      while (taken.load(std::memory_order_acquire) != i) {
        std::this_thread::yield();
      }
    }
  });
  thread_parker& parker = thread_parker::mine();
  for (int i = 1; i <= rounds; ++i) {
    if (!l.arm(parker)) {
      break;
    }
    while (offered.load(std::memory_order_seq_cst) != i) {
      parker.park();
    }
    static_cast<void>(l.disarm(parker));
    taken.store(i, std::memory_order_release);
  }
  offerer.join();
  REQUIRE(taken.load() == rounds);
}

TEST_CASE("wait, then destroy, many times") {
  constexpr int rounds = 50'000;
  struct box {
    latch done;
    int result = 0;
  };
  std::atomic<box*> sent{nullptr};
  std::thread setter([&] {
    for (int i = 1; i <= rounds; ++i) {
      box* b = nullptr;
      while ((b = sent.exchange(nullptr, std::memory_order_acquire)) == nullptr) {
        std::this_thread::yield();
      }
      b->result = i;
      b->done.set();
    }
  });
  thread_parker& parker = thread_parker::mine();
  int wrong = 0;
  for (int i = 1; i <= rounds; ++i) {
    auto b = std::make_unique<box>();
    sent.store(b.get(), std::memory_order_release);
    if (i % 2 == 0) {
      while (!b->done.is_set()) {
        std::this_thread::yield();
      }
    } else if (b->done.arm(parker)) {
      while (!b->done.is_set()) {
        parker.park();
      }
    }
    wrong += b->result == i ? 0 : 1;
  }
  setter.join();
  REQUIRE(wrong == 0);
}
