// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/held_forks.hpp>
#include <filch/detail/loop/loop_head.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0::detail {

/// A loop that calls `body(lo, hi)` on blocks, in parallel and in no order.
///
/// It begins on one thread, which runs a few elements and estimates how long the rest will take. So a loop that is too
/// short to be shared forks nothing, wakes nobody, and takes the time of a serial loop. The rest is halved by forks
/// down to blocks: all that is left of the loop, but for the block under way, can be stolen at any time.
template <class Body>
class adaptive_loop {
 public:
  adaptive_loop(loop_progress& progress, Body& body) noexcept : progress_(progress), body_(body) {}

  /// Runs [lo, hi). The calling thread is a worker or guest.
  FILCH_LOCAL void run(std::size_t lo, std::size_t hi) {
    if (progress_.has_head()) {
      lo = run_head(progress_, body_, lo, hi);
    } else if (!progress_.is_fixed()) {
      const held_forks for_a_moment;
      split(lo, hi);
      return;
    }
    if (lo != hi) {
      split(lo, hi);
    }
  }

 private:
  FILCH_LOCAL void split(std::size_t lo, std::size_t hi) {
    if (progress_.is_stopped() || lo >= progress_.end()) {
      return;
    }
    if ((hi - lo) / 2 < progress_.block()) {
      run_block(lo, hi);
      return;
    }
    const std::size_t middle = lo + (hi - lo) / 2;
    fork_join([&] { split(lo, middle); }, [&] { split(middle, hi); });
  }

  FILCH_INLINE void run_block(std::size_t lo, std::size_t hi) {
    stop_on_throw guard(progress_);
    if (progress_.is_timed(lo)) {
      const steady_clock::time_point before = steady_clock::now();
      body_(lo, hi);
      progress_.note(hi - lo, steady_clock::now() - before);
    } else {
      body_(lo, hi);
    }
    guard.release();
  }

  loop_progress& progress_;
  Body& body_;
};

}  // namespace filch::inline v0::detail
