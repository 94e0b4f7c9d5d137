// SPDX-License-Identifier: BSL-1.0
#include "src/parking/parker.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "src/parking/thread_parker.hpp"
#include "support/catch.hpp"

using namespace filch::detail;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

// Returns from every wait for no reason, a few times, before it lets the owner find its token.
struct spurious_policy {
  template <class T>
  using atomic = std::atomic<T>;
  struct futex {
    using word = std::atomic<std::uint32_t>;
    inline static int waits = 0;
    inline static word* last = nullptr;
    static void wait(word& w, std::uint32_t) {
      last = &w;
      if (++waits == 5) {
        w.store(1, std::memory_order_release);
      }
    }
    static void wake_one(const word*) {}
  };
  static void at(test_point) {}
};

}  // namespace

TEST_CASE("a token that came first is consumed by the next park, once") {
  native_parker p;
  p.unpark();
  p.unpark();
  p.park();
  REQUIRE_FALSE(p.park_until(steady::now()));
}

TEST_CASE("park_until says whether a token came") {
  native_parker p;
  const auto before = steady::now();
  REQUIRE_FALSE(p.park_until(before + 2ms));
  REQUIRE(steady::now() >= before + 2ms);
  REQUIRE_FALSE(p.park_until(steady::time_point::min()));
  p.unpark();
  REQUIRE(p.park_until(before));  // a token counts even if the time is over
  std::thread waker([&] { p.unpark(); });
  REQUIRE(p.park_until(steady::time_point::max()));
  waker.join();
}

TEST_CASE("park_until in a race with unpark never loses the token") {
  native_parker p;
  std::atomic<int> sent{0};
  std::atomic<int> got{0};
  constexpr int rounds = 20'000;
  std::thread waker([&] {
    for (int i = 1; i <= rounds; ++i) {
      sent.store(i, std::memory_order_relaxed);
      p.unpark();
      while (got.load(std::memory_order_acquire) != i) {
        std::this_thread::yield();
      }
    }
  });
  int unseen = 0;
  for (int i = 1; i <= rounds; ++i) {
    while (!p.park_until(steady::now() + std::chrono::nanoseconds(i % 100 * 100))) {
    }
    unseen += sent.load(std::memory_order_relaxed) == i ? 0 : 1;
    got.store(i, std::memory_order_release);
  }
  waker.join();
  REQUIRE(unseen == 0);
}

TEST_CASE("a wait that returns for no reason does not end the park") {
  basic_parker<spurious_policy> p;
  p.park();
  REQUIRE(spurious_policy::futex::waits == 5);
}

TEST_CASE("stress: ping-pong") {
  constexpr int rounds = 100'000;
  native_parker ping;
  native_parker pong;
  int value = 0;  // handed over by the parkers alone
  int wrong = 0;
  std::thread other([&] {
    for (int i = 0; i < rounds; ++i) {
      ping.park();
      ++value;
      pong.unpark();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    wrong += value == 2 * i ? 0 : 1;
    ++value;
    ping.unpark();
    pong.park();
  }
  other.join();
  REQUIRE(wrong == 0);
  REQUIRE(value == 2 * rounds);
}

TEST_CASE("each thread has one parker, and it is recycled") {
  thread_parker* const mine = &thread_parker::mine();
  REQUIRE(&thread_parker::mine() == mine);
  thread_parker* first = nullptr;
  thread_parker* second = nullptr;
  std::thread([&] { first = &thread_parker::mine(); }).join();
  std::thread([&] { second = &thread_parker::mine(); }).join();
  REQUIRE(first != mine);
  REQUIRE(first == second);
}
