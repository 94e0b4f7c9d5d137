// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// Places between two shared-memory steps where a test may delay, yield or freeze the thread.
enum class test_point : unsigned char {
  deque_push_before_publish,
  deque_pop_after_reserve,
  deque_steal_before_take,
  fork_deque_push_before_publish,
  fork_deque_pop_after_reserve,
  fork_deque_steal_before_take,
  fifo_push_before_publish,
  fifo_take_before_take,
  inbox_push_before_publish,
  inbox_drain_after_take,
  latch_set_before_unpark,
  sleepers_after_enlist,
  sleepers_before_wake,
  parker_before_sleep,
  group_before_finish,
  claim_before_claim,
};

inline constexpr unsigned test_point_count = static_cast<unsigned>(test_point::claim_before_claim) + 1;

/// Called at every point when the library was built with FILCH_POINTS.
using test_point_hook = void (*)(test_point) noexcept;

}  // namespace filch::inline v0::detail
