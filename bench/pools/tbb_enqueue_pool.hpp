// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"
#include "support/completion_count.hpp"

#include <tbb/global_control.h>

#include <cstddef>
#include <utility>

namespace filch_bench {

/// oneTBB by task_arena::enqueue: fire and forget, first come first served. No forks.
class tbb_enqueue_pool {
 public:
  static constexpr const char* name = "tbb_enqueue";
  static constexpr bool is_serial = false;
  static constexpr bool accepts_outside = true;
  static constexpr bool forks = false;

  explicit tbb_enqueue_pool(std::size_t threads)
      : limit_(tbb::global_control::max_allowed_parallelism, threads + 1), arena_(threads, 0) {}
  tbb_enqueue_pool(const tbb_enqueue_pool&) = delete;
  tbb_enqueue_pool& operator=(const tbb_enqueue_pool&) = delete;
  ~tbb_enqueue_pool() { wait_idle(); }

  template <class F>
  void execute(F&& f) {
    completions_.submitted();
    arena_->enqueue([this, f = std::forward<F>(f)] {
      f();
      completions_.finished();
    });
  }

  void wait_idle() { completions_.wait_idle(); }

 private:
  tbb::global_control limit_;  ///< the workers and the outside thread
  tbb_arena arena_;
  completion_count completions_;
};

}  // namespace filch_bench
