// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

namespace filch_test {

/// Counts the calls of user code that begin after one of them has thrown. A loop hears of an exception only when the
/// exception has left the call, and no test can see when that is. So the first call of each thread after the throw
/// lasts 200 ms, which is longer than a throw under a sanitizer on a loaded machine.
class calls_after_a_throw {
 public:
  /// Called right before the throw.
  void about_to_throw() { thrown_.store(true); }

  /// Called at the begin of every other call.
  void called() {
    if (thrown_.load()) {
      count_.fetch_add(1);
      if (is_first_of_its_thread()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    }
  }

  int count() const { return count_.load(); }

 private:
  bool is_first_of_its_thread() {
    const std::lock_guard lock(mutex_);
    return threads_.insert(std::this_thread::get_id()).second;
  }

  std::atomic<bool> thrown_{false};
  std::atomic<int> count_{0};
  std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

}  // namespace filch_test
