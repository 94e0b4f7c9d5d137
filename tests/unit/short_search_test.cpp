// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"

// The owner of the deque does nothing that could help, so a thief needs a barrier, in a search that has hardly begun.
TEST_CASE("a spawned task is stolen however short the searches are") {
  for (const auto spin : {std::chrono::nanoseconds(0), std::chrono::nanoseconds(1), std::chrono::nanoseconds(1000)}) {
    filch::thread_pool pool({.threads = 2, .idle = {spin}});
    std::atomic<int> stolen{0};
    pool.execute([&] {
      for (int i = 1; i <= 20; ++i) {
        pool.execute([&] { ++stolen; });
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        while (stolen != i && std::chrono::steady_clock::now() < deadline) {
          std::this_thread::yield();
        }
        if (stolen != i) {
          return;
        }
      }
    });
    pool.wait_idle();
    REQUIRE(stolen == 20);
  }
}
