// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/atomic.hpp>
#include <filch/detail/chase_lev_deque.hpp>
#include <filch/detail/fifo_lane.hpp>
#include <filch/detail/inbox.hpp>

namespace filch::inline v0::detail {

/// The queues of one worker but for its forks, which lie in fork_host (docs/design/deque.md).
template <class Job, class Policy = native_policy>
struct basic_queues {
  chase_lev_deque<Job*, Policy> tasks;  ///< from inside; the owner takes the newest
  fifo_lane<Job*, Policy> lane;         ///< a drained inbox, and tasks that a waiter stepped over
  inbox<Job, Policy> in;                ///< from outside

  /// Any thread, ordered after all earlier seq_cst operations: whether one of them, or `forks`, holds something. Every
  /// kind has to be looked at: what a sleeper overlooks here is not run before the next submission.
  template <class Forks>
  [[nodiscard]] bool any(Forks& forks) noexcept {
    return !forks.thief().empty() || !tasks.thief().empty() || !lane.empty() || !in.empty();
  }
};

}  // namespace filch::inline v0::detail
