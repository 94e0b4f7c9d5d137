// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

namespace picture {

/// What filch is compared with: one queue, one mutex, the lock released before a task runs.
class mutex_pool {
 public:
  explicit mutex_pool(std::size_t threads) {
    for (std::size_t i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
  }

  ~mutex_pool() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    arrived_.notify_all();
  }

  mutex_pool(const mutex_pool&) = delete;
  mutex_pool& operator=(const mutex_pool&) = delete;

  void execute(std::function<void()> task) {
    {
      const std::lock_guard lock{mutex_};
      tasks_.push(std::move(task));
      ++unfinished_;
    }
    arrived_.notify_one();
  }

  void wait_idle() {
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [this] { return unfinished_ == 0; });
  }

 private:
  void work() {
    std::unique_lock lock{mutex_};
    for (;;) {
      arrived_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      const auto task = std::move(tasks_.front());
      tasks_.pop();
      lock.unlock();
      task();
      lock.lock();
      if (--unfinished_ == 0) idle_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable idle_;
  std::queue<std::function<void()>> tasks_;
  std::size_t unfinished_ = 0;
  bool closed_ = false;
  std::vector<std::jthread> workers_;  // last: joined before the rest goes
};

}  // namespace picture
