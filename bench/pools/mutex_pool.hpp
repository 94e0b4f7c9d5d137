// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/chunked_for.hpp"
#include "pools/unique_task.hpp"
#include "support/signal.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace filch_bench {

/// The Rust book's thread pool in C++: one queue behind one mutex, a condition variable, move-only
/// tasks that run once. The lock is never held while a task runs.
///
/// A task that waits for others runs queued ones meanwhile, the newest first: that is usually its
/// own child. Each one that is not nests another part of the program on the waiter's stack; from
/// max_nesting on a waiter runs its own children only.
class mutex_pool {
  using count = std::atomic<std::size_t>;

 public:
  static constexpr const char* name = "mutex";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit mutex_pool(std::size_t threads);
  mutex_pool(const mutex_pool&) = delete;
  mutex_pool& operator=(const mutex_pool&) = delete;
  ~mutex_pool();

  template <class F>
  void execute(F&& f) {
    submit(unique_task(std::forward<F>(f)), nullptr);
  }

  void wait_idle();

  template <class F>
  void run(F&& f) {
    signal finished;
    execute([&] {
      f();
      finished.set();
    });
    finished.wait();
  }

  template <class F, class G>
  void fork_join(F&& f, G&& g) {
    group forked(*this);
    forked.run([&g] { g(); });
    f();
    forked.wait();
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    chunked_for(*this, threads_.size(), first, last, f);
  }

  class group {
   public:
    explicit group(mutex_pool& pool) : pool_(pool) {}

    template <class F>
    void run(F&& f) {
      // relaxed: the queue's mutex publishes it before the task can end.
      unfinished_.fetch_add(1, std::memory_order_relaxed);
      pool_.submit(unique_task([this, f = std::forward<F>(f)]() mutable {
                     f();
                     // The group may be gone as soon as the count is 0.
                     mutex_pool& pool = pool_;
                     // [BM1] seq_cst: publishes the task's work [BM2], and comes before the look at the
                     // sleepers [BM3].
                     if (unfinished_.fetch_sub(1, std::memory_order_seq_cst) == 1) {
                       pool.wake_joiners();
                     }
                   }),
                   &unfinished_);
    }

    /// run() and wait() are for the thread that made the group.
    void wait() { pool_.help_until_zero(unfinished_); }

   private:
    mutex_pool& pool_;
    count unfinished_{0};
  };

 private:
  struct entry {
    unique_task task;
    const count* owner = nullptr;  ///< the group it is of, if any
  };

  static constexpr std::size_t max_nesting = 64;

  void submit(unique_task&& task, const count* owner);
  void work(std::size_t index);
  void run_unlocked(std::unique_lock<std::mutex>& lock, unique_task task);
  [[nodiscard]] bool take_for_waiter(const count& unfinished, unique_task& task);
  void help_until_zero(const count& unfinished);
  void wake_joiners();

  std::mutex mutex_;
  std::condition_variable ready_;   ///< a task is queued, a group is finished, or the pool closes
  std::condition_variable joined_;  ///< a group is finished, for waiters that take no task
  std::condition_variable idle_;    ///< queue_ is empty and running_ is 0
  std::deque<entry> queue_;
  std::size_t running_ = 0;
  bool closed_ = false;
  count sleeping_joiners_{0};
  std::vector<std::thread> threads_;
};

}  // namespace filch_bench
