// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"
#include "support/completion_count.hpp"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_group.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <utility>

namespace filch_bench {

/// oneTBB by task_group. Forks run in an arena of n threads, of which the caller is one. A thread
/// that submits from outside has an arena of its own, whose tasks n workers take: in a common one
/// they would look for work in many empty slots.
class tbb_pool {
 public:
  static constexpr const char* name = "tbb";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit tbb_pool(std::size_t threads);
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
    if (inside()) {
      tasks_.run(std::move(counted));
    } else {
      auto submit = [&] { tasks_.run(std::move(counted)); };
      from_outside(submit);
    }
  }

  template <class F>
  void from_outside(F& submit) {
    outside_arena& mine = take_outside_arena();
    mine.arena->execute([&] {
      submitting_ = true;
      submit();
      submitting_ = false;
    });
    // [BO1] release: the next user comes after this one. Pairs with [BO2].
    mine.taken.store(false, std::memory_order_release);
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
  struct outside_arena {
    explicit outside_arena(std::size_t workers) : arena(workers, 1) {}

    tbb_arena arena;
    std::atomic<bool> taken{false};
  };

  /// Whether the caller's tasks are this pool's already: a worker's, or in from_outside().
  [[nodiscard]] static bool inside() {
    return submitting_ || tbb::this_task_arena::current_thread_index() >= 1;
  }

  outside_arena& take_outside_arena();

  static constexpr std::size_t most_outside = 16;
  static inline thread_local constinit bool submitting_ = false;

  tbb::global_control limit_;  ///< the workers and one outside thread: by itself TBB has fewer
  tbb_arena with_caller_;
  std::deque<outside_arena> outside_;
  completion_count completions_;
  tbb::task_group tasks_;
};

}  // namespace filch_bench
