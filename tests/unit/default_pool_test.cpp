// SPDX-License-Identifier: BSL-1.0
#include <filch/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("threads that ask for the default pool at once get the same one, complete") {
  constexpr std::size_t count = 4;
  std::atomic<std::size_t> ready{0};
  std::vector<filch::thread_pool*> pools(count);
  std::atomic<std::size_t> ran{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      for (++ready; ready != count;) {
        std::this_thread::yield();
      }
      pools[i] = &filch::default_pool();
      pools[i]->spawn([&ran] { ++ran; }).join();
    });
  }
  for (std::thread& t : threads) {
    t.join();
  }
  REQUIRE(pools == std::vector<filch::thread_pool*>(count, &filch::default_pool()));
  REQUIRE(ran == count);
}

TEST_CASE("the default pool cannot be closed") {
  REQUIRE_THROWS_AS(filch::default_pool().close(), filch::usage_error);
  REQUIRE_THROWS_AS(filch::default_pool().shutdown(), filch::usage_error);
  REQUIRE(filch::default_pool().spawn([] { return 3; }).join() == 3);
}
