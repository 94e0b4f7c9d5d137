// SPDX-License-Identifier: BSL-1.0
// The Rust book's example: a pool of four workers, four tasks that each add one to a shared counter and sleep for a
// second. They sleep side by side: after two seconds the counter is 4.
#include <filch/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

int main() {
  using namespace std::chrono_literals;
  std::atomic<int> counter{0};
  filch::thread_pool pool{4};
  for (int i = 0; i < 4; ++i) {
    pool.execute([&counter] {
      std::this_thread::sleep_for(1s);
      // relaxed: only the number counts, no other data is published with it.
      counter.fetch_add(1, std::memory_order_relaxed);
    });
  }
  std::this_thread::sleep_for(2s);
  const int result = counter.load(std::memory_order_relaxed);
  std::printf("after 2 s the counter is %d\n", result);
  return result == 4 ? 0 : 1;
}
