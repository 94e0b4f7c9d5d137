// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/full_house.hpp"

TEST_CASE("a loop under a lock that many guests want goes on") {
  constexpr std::size_t guests = filch_test::full_house::guests + 16;
  filch::thread_pool pool(2);
  std::mutex cache;
  std::atomic<long> sum{0};
  std::atomic<std::size_t> inside{0};
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(cache);
    for (std::size_t t = 0; t < guests; ++t) {
      threads.emplace_back([&] {
        pool.invoke([&] {
          inside.fetch_add(1);
          const std::lock_guard wanted(cache);
          sum.fetch_add(1);
        });
      });
    }
    while (inside.load() != guests) {
      std::this_thread::yield();
    }
    filch::parallel_for(pool, 0, 1000, [&](int i) { sum.fetch_add(i); });
  }
  for (std::thread& t : threads) {
    t.join();
  }
  REQUIRE(sum == 1000L * 999 / 2 + static_cast<long>(guests));
}
