// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <future>
#include <utility>

#include <filch/thread_pool.hpp>

namespace filch_test {

/// Occupies one worker of `pool` until `open`.
class blocker {
 public:
  explicit blocker(filch::thread_pool& pool) {
    std::promise<void> started;
    const std::future<void> begun = started.get_future();
    // Owns what it uses: it may be delayed until the blocker is gone.
    pool.execute([started = std::move(started), opened = gate_.get_future()]() mutable {
      started.set_value();
      opened.wait();
    });
    begun.wait();
  }
  void open() { gate_.set_value(); }

 private:
  std::promise<void> gate_;
};

}  // namespace filch_test
