// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"
#include "support/completion_count.hpp"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_group.h>

#include <cstddef>
#include <utility>

namespace filch_bench {

/// oneTBB. Forks run in an arena of n threads, of which the caller is one. Tasks from outside are
/// enqueued in an arena of n workers; what they execute() is a task_group's.
class tbb_pool {
 public:
  static constexpr const char* name = "tbb";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit tbb_pool(std::size_t threads)
      : limit_(tbb::global_control::max_allowed_parallelism, threads + 1),
        with_caller_(threads - 1, 1),
        workers_(threads, 1) {}
  tbb_pool(const tbb_pool&) = delete;
  tbb_pool& operator=(const tbb_pool&) = delete;
  ~tbb_pool() { wait_idle(); }

  template <class F>
  void execute(F&& f) {
    completions_.submitted();
    auto counted = [this, f = std::forward<F>(f)]() {
      f();
      completions_.finished();
    };
    if (on_worker()) {
      tasks_.run(std::move(counted));
    } else {
      workers_->enqueue(std::move(counted));
    }
  }

  /// Waits without a hand of the caller's, so that n threads run the tasks.
  void wait_idle() {
    completions_.wait_idle();
    tasks_.wait();
  }

  template <class F>
  void run(F&& f) {
    with_caller_->execute([&] { f(); });
  }

  template <class F, class G>
  void fork_join(F&& f, G&& g) {
    tbb::parallel_invoke([&f] { f(); }, [&g] { g(); });
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    run([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(first, last),
                        [&f](const tbb::blocked_range<std::size_t>& range) {
                          for (std::size_t i = range.begin(); i < range.end(); ++i) {
                            f(i);
                          }
                        });
    });
  }

  class group {
   public:
    explicit group(tbb_pool&) {}

    template <class F>
    void run(F&& f) {
      group_.run(std::forward<F>(f));
    }

    void wait() { group_.wait(); }

   private:
    tbb::task_group group_;
  };

 private:
  [[nodiscard]] static bool on_worker() { return tbb::this_task_arena::current_thread_index() >= 1; }

  tbb::global_control limit_;  ///< the workers and one outside thread: by itself TBB has fewer
  tbb_arena with_caller_;
  tbb_arena workers_;
  completion_count completions_;
  tbb::task_group tasks_;
};

}  // namespace filch_bench
