// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/chunked_for.hpp"
#include "pools/claimed_group.hpp"
#include "pools/job.hpp"
#include "support/completion_count.hpp"
#include "support/signal.hpp"

#include <boost/lockfree/queue.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace filch_bench {

/// One shared boost::lockfree::queue of pointers to tasks. A worker that finds nothing looks again
/// for a while and then blocks; whoever submits wakes one only if one blocks.
class lockfree_queue_pool {
 public:
  static constexpr const char* name = "lockfree";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = false;

  using group = claimed_group<lockfree_queue_pool>;

  explicit lockfree_queue_pool(std::size_t threads);
  lockfree_queue_pool(const lockfree_queue_pool&) = delete;
  lockfree_queue_pool& operator=(const lockfree_queue_pool&) = delete;
  ~lockfree_queue_pool();

  template <class F>
  void execute(F&& f) {
    completions_.submitted();
    post(new task<std::decay_t<F>>(*this, std::forward<F>(f)));
  }

  void wait_idle() { completions_.wait_idle(); }

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
    fork_join_claiming(*this, f, g);
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    chunked_for(*this, threads_.size(), first, last, f);
  }

  /// For claimed_group.
  void post(job* posted);
  void wake_joiners();
  template <class Done>
  void help_until(Done done) {
    while (!done()) {
      if (job* const found = try_take()) {
        found->run(found);
      } else {
        sleep_unless(done);
      }
    }
  }

 private:
  template <class F>
  struct task final : job {
    template <class G>
    task(lockfree_queue_pool& pool, G&& g) : job(&run_and_free), callable(std::forward<G>(g)), home(pool) {}

    static void run_and_free(job* base) {
      auto* const self = static_cast<task*>(base);
      lockfree_queue_pool& pool = self->home;
      self->callable();
      delete self;
      pool.completions_.finished();
    }

    F callable;
    lockfree_queue_pool& home;
  };

  /// Looks into the queue a few times; null if it stays empty.
  job* try_take();
  void work(std::size_t index);

  template <class Done>
  void sleep_unless(Done done) {
    std::unique_lock lock(mutex_);
    // [BL1] seq_cst: announces the sleeper before it looks a last time. Pairs with [BL2].
    sleepers_.fetch_add(1, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    changed_.wait(lock, [&] { return !queue_.empty() || done(); });
    // relaxed: a submitter that still sees it only notifies in vain.
    sleepers_.fetch_sub(1, std::memory_order_relaxed);
  }

  boost::lockfree::queue<job*> queue_;
  completion_count completions_;
  std::atomic<std::size_t> sleepers_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

}  // namespace filch_bench
