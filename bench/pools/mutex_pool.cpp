// SPDX-License-Identifier: BSL-1.0
#include "pools/mutex_pool.hpp"

#include "support/placement.hpp"

#include <algorithm>
#include <iterator>

namespace filch_bench {
namespace {

// Tasks that this thread runs inside of waits.
thread_local std::size_t nesting = 0;

}  // namespace

mutex_pool::mutex_pool(std::size_t threads) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] { work(i); });
  }
}

mutex_pool::~mutex_pool() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void mutex_pool::submit(unique_task&& task, const count* owner) {
  {
    const std::lock_guard lock(mutex_);
    entry& e = queue_.emplace_back();
    e.task = std::move(task);
    e.owner = owner;
  }
  ready_.notify_one();
}

void mutex_pool::wait_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
}

void mutex_pool::work(std::size_t index) {
  place_thread(index + 1);
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] { return !queue_.empty() || closed_; });
    if (queue_.empty()) {
      return;
    }
    unique_task oldest = std::move(queue_.front().task);
    queue_.pop_front();
    run_unlocked(lock, std::move(oldest));
  }
}

void mutex_pool::run_unlocked(std::unique_lock<std::mutex>& lock, unique_task task) {
  ++running_;
  lock.unlock();
  task();
  task = unique_task();
  lock.lock();
  if (--running_ == 0 && queue_.empty()) {
    idle_.notify_all();
  }
}

// With the lock held.
bool mutex_pool::take_for_waiter(const count& unfinished, unique_task& task) {
  if (queue_.empty()) {
    return false;
  }
  if (nesting < max_nesting) {
    task = std::move(queue_.back().task);
    queue_.pop_back();
    return true;
  }
  const auto newest =
      std::find_if(queue_.rbegin(), queue_.rend(), [&](const entry& e) { return e.owner == &unfinished; });
  if (newest == queue_.rend()) {
    return false;
  }
  task = std::move(newest->task);
  queue_.erase(std::prev(newest.base()));
  return true;
}

void mutex_pool::help_until_zero(const count& unfinished) {
  // [BM2] acquire: sees what the finished tasks did. Pairs with [BM1].
  if (unfinished.load(std::memory_order_acquire) == 0) {
    return;
  }
  bool slept = false;
  unique_task task;
  std::unique_lock lock(mutex_);
  while (unfinished.load(std::memory_order_acquire) != 0) {
    if (take_for_waiter(unfinished, task)) {
      ++nesting;
      run_unlocked(lock, std::move(task));
      --nesting;
      continue;
    }
    slept = true;
    // [BM4] seq_cst: announces the sleeper before the count is read. Pairs with [BM3].
    sleeping_joiners_.fetch_add(1, std::memory_order_seq_cst);
    if (unfinished.load(std::memory_order_seq_cst) != 0) {
      // A notification of `ready_` may mean a task that a waiter this deep leaves alone.
      (nesting < max_nesting ? ready_ : joined_).wait(lock);
    }
    // relaxed: a finisher that still sees it only notifies in vain.
    sleeping_joiners_.fetch_sub(1, std::memory_order_relaxed);
  }
  const bool pass_on = slept && !queue_.empty();
  lock.unlock();
  if (pass_on) {
    // The notification that woke this thread may have been meant for a task.
    ready_.notify_one();
  }
}

void mutex_pool::wake_joiners() {
  // [BM3] seq_cst: read after the count went to 0 [BM1]; a joiner that is missed here has not yet
  // read the count [BM4].
  if (sleeping_joiners_.load(std::memory_order_seq_cst) == 0) {
    return;
  }
  // Taking the lock waits for a joiner that is between its look and its sleep.
  {
    const std::lock_guard lock(mutex_);
  }
  ready_.notify_all();
  joined_.notify_all();
}

}  // namespace filch_bench
