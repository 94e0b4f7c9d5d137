// SPDX-License-Identifier: BSL-1.0
#include "src/parking/event_count.hpp"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

TEST_CASE("has_waiters counts announcements until they are cancelled") {
  event_count e;
  REQUIRE_FALSE(e.has_waiters());
  static_cast<void>(e.announce());
  static_cast<void>(e.announce());
  e.cancel();
  REQUIRE(e.has_waiters());
  e.cancel();
  REQUIRE_FALSE(e.has_waiters());
}

TEST_CASE("a notification after the key ends the wait at once") {
  event_count e;
  const auto key = e.announce();
  e.notify_all();
  e.wait(key);
  REQUIRE_FALSE(e.has_waiters());
}

TEST_CASE("wait_until says whether a notification came, and withdraws the waiter either way") {
  event_count e;
  auto key = e.announce();
  const auto before = steady::now();
  REQUIRE_FALSE(e.wait_until(key, before + 2ms));
  REQUIRE(steady::now() >= before + 2ms);
  REQUIRE_FALSE(e.has_waiters());
  key = e.announce();
  e.notify_all();
  REQUIRE(e.wait_until(key, before));
  REQUIRE_FALSE(e.has_waiters());
}

TEST_CASE("stress: ping-pong through two conditions, no wake-up is lost") {
  constexpr int rounds = 50'000;
  event_count e;
  std::atomic<int> turn{0};
  int handed_over = 0;
  const auto wait_for_turn = [&](int want) {
    while (turn.load(std::memory_order_acquire) != want) {
      const auto key = e.announce();
      if (turn.load(std::memory_order_seq_cst) == want) {
        e.cancel();
      } else {
        e.wait(key);
      }
    }
  };
  const auto play = [&](int parity) {
    for (int i = 0; i < rounds; ++i) {
      wait_for_turn(2 * i + parity);
      ++handed_over;
      turn.store(2 * i + parity + 1, std::memory_order_seq_cst);
      if (e.has_waiters()) {
        e.notify_all();
      }
    }
  };
  std::thread other([&] { play(1); });
  play(0);
  other.join();
  REQUIRE(handed_over == 2 * rounds);
}

TEST_CASE("notify_all wakes all") {
  event_count e;
  std::atomic<bool> open{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!open.load()) {
        const auto key = e.announce();
        if (open.load()) {
          e.cancel();
          return;
        }
        e.wait(key);
      }
    });
  }
  while (!e.has_waiters()) {
    std::this_thread::yield();
  }
  open.store(true);
  e.notify_all();
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE_FALSE(e.has_waiters());
}
