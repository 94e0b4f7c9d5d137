// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/held_forks.hpp>
#include <filch/detail/loop/loop_head.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0::detail {

/// A loop that calls `body(lo, hi)` on blocks, in parallel, and begins them in their order: for a search, which ends
/// when it has found something. All threads are near the place where the search ends, so little is searched in vain.
///
/// It begins as adaptive_loop does. Then all threads take their blocks from one place, so there is no more than one
/// fork for each worker.
template <class Body>
class ordered_loop {
 public:
  ordered_loop(loop_progress& progress, Body& body, std::size_t workers) noexcept
      : progress_(progress), body_(body), workers_(workers) {}

  /// Runs [0, size). The calling thread is a worker or guest.
  FILCH_LOCAL void run(std::size_t size) {
    size_ = size;
    std::optional<held_forks> for_a_moment;
    std::size_t rest = 0;
    if (progress_.has_head()) {
      rest = run_head(progress_, body_, 0, size);
    } else if (!progress_.is_fixed()) {
      for_a_moment.emplace();
    }
    if (rest != size) {
      // relaxed: the forks publish it.
      next_.store(rest, std::memory_order_relaxed);
      run_with_others(workers_);
    }
  }

 private:
  FILCH_LOCAL void run_with_others(std::size_t threads) {
    if (threads > 1 && is_left()) {
      fork_join([&] { run_blocks(); }, [&] { run_with_others(threads - 1); });
    } else {
      run_blocks();
    }
  }

  // relaxed: a hint.
  [[nodiscard]] bool is_left() const noexcept { return next_.load(std::memory_order_relaxed) < progress_.end(); }

  // The farther the loop has got, the larger are its blocks: a processor fetches memory in advance for a thread that
  // goes on where it was, and not for one that begins somewhere else. At the end they become smaller again.
  [[nodiscard]] std::size_t next_block() const noexcept {
    if (progress_.is_fixed()) {
      return progress_.block();
    }
    // relaxed: a hint.
    const std::size_t done = (std::min)(next_.load(std::memory_order_relaxed), size_);
    return (std::max)(progress_.block(), (std::min)(done / (8 * workers_), (size_ - done) / (2 * workers_)));
  }

  FILCH_LOCAL void run_blocks() {
    stop_on_throw guard(progress_);
    while (!progress_.is_stopped()) {
      const std::size_t block = next_block();
      // relaxed: each block is taken once, and what the blocks do is published by the joins.
      const std::size_t lo = next_.fetch_add(block, std::memory_order_relaxed);
      if (lo >= (std::min)(size_, progress_.end())) {
        break;
      }
      const std::size_t hi = (std::min)(lo + block, size_);
      if (progress_.is_fixed()) {
        body_(lo, hi);
      } else {
        const steady_clock::time_point before = steady_clock::now();
        body_(lo, hi);
        progress_.note(hi - lo, steady_clock::now() - before);
      }
    }
    guard.release();
  }

  loop_progress& progress_;
  Body& body_;
  const std::size_t workers_;
  std::size_t size_ = 0;
  atomic<std::size_t> next_{0};
};

}  // namespace filch::inline v0::detail
