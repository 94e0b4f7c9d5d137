// SPDX-License-Identifier: BSL-1.0
// The ends of pools beside what other threads do with them, natively and under the sanitizers. In every order:
// tests/schedule.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <random>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/full_counts.hpp"
#include "support/seed.hpp"

using namespace std::chrono_literals;

namespace {

/// Two threads that meet before each round.
class round_barrier {
 public:
  void meet(long round) {
    arrived_.fetch_add(1);
    while (arrived_.load() < 2 * round) {
      std::this_thread::yield();
    }
  }

 private:
  std::atomic<long> arrived_{0};
};

void spin_for(std::chrono::nanoseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
  }
}

}  // namespace

TEST_CASE("a task may destroy the pool while its submitter has not returned") {
  const long rounds = filch_test::count_of(500, 20'000);
  for (long i = 0; i < rounds; ++i) {
    std::atomic<bool> gone{false};
    auto* const pool = new filch::thread_pool(i % 2 == 0 ? 1 : 2);
    pool->execute([pool, &gone] {
      delete pool;
      gone = true;
    });
    while (!gone) {
      std::this_thread::yield();
    }
  }
}

TEST_CASE("a first guest beside a shutdown is let in or refused") {
  const long rounds = filch_test::count_of(1'500, 100'000);
  std::mt19937_64 random(filch_test::seed());
  round_barrier barrier;
  std::atomic<filch::thread_pool*> pool{nullptr};
  long let_in = 0;
  long refused = 0;
  std::atomic<bool> last_was_let_in{false};
  std::thread guest([&] {
    for (long round = 1; round <= rounds; ++round) {
      barrier.meet(2 * round - 1);
      try {
        pool.load()->invoke([] {});
        ++let_in;
        last_was_let_in = true;
      } catch (const filch::pool_closed&) {
        ++refused;
        last_was_let_in = false;
      }
      barrier.meet(2 * round);
    }
  });
  std::chrono::nanoseconds delay = 3us;  // hovers where the guest is just about let in
  for (long round = 1; round <= rounds; ++round) {
    filch::thread_pool p({.threads = 1, .idle = filch::idle_policy::frugal(), .max_spares = 0});
    p.wait_idle();
    pool = &p;
    barrier.meet(2 * round - 1);
    spin_for(delay + std::chrono::nanoseconds(random() % 400));
    const bool joined = p.shutdown().joined;
    barrier.meet(2 * round);
    REQUIRE(joined);
    delay = std::max<std::chrono::nanoseconds>(0ns, delay + (last_was_let_in ? -60ns : 60ns));
  }
  guest.join();
  REQUIRE(let_in + refused == rounds);
}

TEST_CASE("wait_idle after each kind of shutdown returns") {
  const std::array<void (*)(filch::thread_pool&), 5> kinds = {
      [](filch::thread_pool& pool) { pool.shutdown(); },
      [](filch::thread_pool& pool) { pool.shutdown(filch::shutdown_mode::discard); },
      [](filch::thread_pool& pool) { pool.shutdown_for(1h); },
      [](filch::thread_pool& pool) {
        pool.close();
        pool.wait_idle();
        pool.shutdown();
      },
      [](filch::thread_pool& pool) {
        pool.close();
        pool.shutdown();
        pool.shutdown();
      },
  };
  std::atomic<int> ran{0};
  for (const auto shut_down : kinds) {
    filch::thread_pool pool(2);
    pool.execute([&] { ran.fetch_add(1); });
    shut_down(pool);
    pool.wait_idle();
  }
  REQUIRE(ran + 1 >= static_cast<int>(kinds.size()));  // one shutdown may discard
}

TEST_CASE("wait_idle beside a shutdown returns") {
  for (int round = 0; round < 200; ++round) {
    filch::thread_pool pool(2);
    for (int i = 0; i < 4; ++i) {
      pool.execute([] { spin_for(50us); });
    }
    std::thread waiter([&] { pool.wait_idle(); });
    spin_for(round * 500ns);
    pool.shutdown();
    waiter.join();
  }
}
