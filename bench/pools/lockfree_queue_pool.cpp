// SPDX-License-Identifier: BSL-1.0
#include "pools/lockfree_queue_pool.hpp"

#include "support/pause.hpp"
#include "support/placement.hpp"

#include <new>

namespace filch_bench {

lockfree_queue_pool::lockfree_queue_pool(std::size_t threads) : queue_(1024) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] { work(i); });
  }
}

lockfree_queue_pool::~lockfree_queue_pool() {
  {
    const std::lock_guard lock(mutex_);
    // relaxed: the mutex orders it.
    closed_.store(true, std::memory_order_relaxed);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void lockfree_queue_pool::post(job* posted) {
  if (!queue_.push(posted)) {
    throw std::bad_alloc();
  }
  // [BL2] fence between the push and the look at the sleepers; with [BL1].
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // relaxed: the fence orders it.
  if (sleepers_.load(std::memory_order_relaxed) != 0) {
    {
      const std::lock_guard lock(mutex_);
    }
    changed_.notify_one();
  }
}

void lockfree_queue_pool::wake_joiners() {
  // [BL3] seq_cst: read after the group's count [BC2]; with [BL1].
  if (sleepers_.load(std::memory_order_seq_cst) != 0) {
    {
      const std::lock_guard lock(mutex_);
    }
    changed_.notify_all();
  }
}

job* lockfree_queue_pool::try_take() {
  constexpr int looks = 64;
  job* found = nullptr;
  for (int i = 0; i < looks; ++i) {
    if (queue_.pop(found)) {
      return found;
    }
    pause();
  }
  return nullptr;
}

void lockfree_queue_pool::work(std::size_t index) {
  place_thread(index + 1);
  // relaxed: the mutex of sleep_unless() orders it.
  const auto closed = [this] { return closed_.load(std::memory_order_relaxed); };
  for (;;) {
    if (job* const found = try_take()) {
      found->run(found);
    } else if (closed()) {
      return;
    } else {
      sleep_unless(closed);
    }
  }
}

}  // namespace filch_bench
