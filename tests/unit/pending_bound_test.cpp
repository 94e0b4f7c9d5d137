// SPDX-License-Identifier: BSL-1.0
#include "src/pool/pending_bound.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("a bound of 0 is none") {
  REQUIRE_FALSE(pending_bound(0).active());
  REQUIRE(pending_bound(1).active());
}

TEST_CASE("a bound lets so many in and no more") {
  pending_bound b(2);
  REQUIRE(b.try_acquire());
  REQUIRE(b.try_acquire());
  REQUIRE_FALSE(b.try_acquire());
  b.release();
  REQUIRE(b.try_acquire());
  REQUIRE_FALSE(b.try_acquire());
}

TEST_CASE("wait_for_room returns at once if there is room or the caller gives up") {
  pending_bound b(1);
  b.wait_for_room([] { return false; });
  REQUIRE(b.try_acquire());
  b.wait_for_room([] { return true; });
  REQUIRE_FALSE(b.try_acquire());
}

TEST_CASE("wake_waiters lets a waiter look again") {
  pending_bound b(1);
  REQUIRE(b.try_acquire());
  std::atomic<bool> closed{false};
  std::thread waiter([&] {
    while (!closed.load()) {
      b.wait_for_room([&] { return closed.load(); });
    }
  });
  closed.store(true);
  b.wake_waiters();
  waiter.join();
  REQUIRE_FALSE(b.try_acquire());
}

TEST_CASE("stress: nobody waits for ever and the bound holds") {
  constexpr int rounds = 20'000;
  pending_bound b(2);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        while (!b.try_acquire()) {
          b.wait_for_room([] { return false; });
        }
        const int now = inside.fetch_add(1) + 1;
        int seen = most.load();
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        inside.fetch_sub(1);
        b.release();
      }
    });
  }
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(most.load() >= 1);
  REQUIRE(most.load() <= 2);
  REQUIRE(b.try_acquire());
  REQUIRE(b.try_acquire());
  REQUIRE_FALSE(b.try_acquire());
}
