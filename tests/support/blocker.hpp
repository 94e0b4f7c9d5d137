// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <future>

#include <filch/thread_pool.hpp>

namespace filch_test {

/// Occupies one worker of `pool` until `open`.
class blocker {
 public:
  explicit blocker(filch::thread_pool& pool) {
    std::promise<void> started;
    pool.execute([this, &started] {
      started.set_value();
      gate_.get_future().wait();
    });
    started.get_future().wait();
  }
  void open() { gate_.set_value(); }

 private:
  std::promise<void> gate_;
};

}  // namespace filch_test
