// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <mutex>

namespace filch_bench {

/// One thread waits, blocked, until another one sets it. May be destroyed once wait() returned.
class signal {
 public:
  void set() {
    // Notified under the lock: afterwards the waiter may destroy this object.
    const std::lock_guard lock(mutex_);
    set_ = true;
    changed_.notify_one();
  }

  /// Returns when set, and unsets.
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return set_; });
    set_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;
};

}  // namespace filch_bench
