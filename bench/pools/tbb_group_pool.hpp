// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"
#include "support/completion_count.hpp"

#include <tbb/global_control.h>
#include <tbb/task_group.h>

#include <atomic>
#include <cstddef>
#include <deque>
#include <utility>

namespace filch_bench {

/// oneTBB by task_group::run from outside too; for its forks see tbb_pool. A thread that submits
/// has an arena of its own, whose tasks n workers take: in a common one they would look for work in
/// many empty slots.
class tbb_group_pool {
 public:
  static constexpr const char* name = "tbb_group";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = false;

  explicit tbb_group_pool(std::size_t threads);
  tbb_group_pool(const tbb_group_pool&) = delete;
  tbb_group_pool& operator=(const tbb_group_pool&) = delete;
  ~tbb_group_pool() { wait_idle(); }

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

 private:
  struct outside_arena {
    explicit outside_arena(std::size_t workers) : arena(workers, 1) {}

    tbb_arena arena;
    std::atomic<bool> taken{false};
  };

  /// Whether the caller's tasks are this pool's already: a worker's, or in from_outside().
  [[nodiscard]] static bool inside() { return submitting_ || tbb::this_task_arena::current_thread_index() >= 1; }

  outside_arena& take_outside_arena();

  static constexpr std::size_t most_outside = 16;
  static inline thread_local constinit bool submitting_ = false;

  tbb::global_control limit_;  ///< the workers and one outside thread: by itself TBB has fewer
  std::deque<outside_arena> outside_;
  completion_count completions_;
  tbb::task_group tasks_;
};

}  // namespace filch_bench
