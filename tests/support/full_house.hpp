// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <future>
#include <thread>
#include <vector>

#include <filch/thread_pool.hpp>

namespace filch_test {

/// As many guests as `pool` has places for, each a thread of its own, until it goes.
class full_house {
 public:
  static constexpr std::size_t guests = 64;

  explicit full_house(filch::thread_pool& pool) {
    const std::shared_future<void> gate = gate_.get_future().share();
    for (std::size_t i = 0; i < guests; ++i) {
      threads_.emplace_back([&pool, gate, this] {
        pool.invoke([&] {
          inside_.fetch_add(1);
          gate.wait();
        });
      });
    }
    while (inside_.load() != guests) {
      std::this_thread::yield();
    }
  }
  ~full_house() {
    gate_.set_value();
    for (std::thread& t : threads_) {
      t.join();
    }
  }
  full_house(const full_house&) = delete;
  full_house& operator=(const full_house&) = delete;

 private:
  std::promise<void> gate_;
  std::atomic<std::size_t> inside_{0};
  std::vector<std::thread> threads_;
};

}  // namespace filch_test
