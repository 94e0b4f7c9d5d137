// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

namespace picture {

/// A bar on stderr that follows a counter until it is destroyed; a thread of its own draws it ten times a second.
class progress {
 public:
  progress(bool visible, std::string name, std::size_t total) : name_{std::move(name)}, total_{total} {
    if (visible) painter_ = std::jthread{[this](std::stop_token stop) { paint(stop); }};
  }

  // relaxed: the bar may lag behind, and nothing else is published by the counter.
  void add(std::size_t done) noexcept { done_.fetch_add(done, std::memory_order_relaxed); }

 private:
  void paint(const std::stop_token& stop) {
    constexpr std::size_t width = 40;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    while (!stop.stop_requested()) {
      const std::size_t done = done_.load(std::memory_order_relaxed);
      const std::string bar(width * done / total_, '#');
      std::fprintf(stderr, "\r%-40s [%-*s] %3zu %%", name_.c_str(), int{width}, bar.c_str(), 100 * done / total_);
      wake.wait_for(lock, stop, std::chrono::milliseconds{100}, [] { return false; });
    }
    std::fprintf(stderr, "\r%*s\r", 40 + int{width} + 10, "");
  }

  const std::string name_;
  const std::size_t total_;
  std::atomic<std::size_t> done_{0};
  std::jthread painter_;  // last: joined before the rest goes
};

}  // namespace picture
