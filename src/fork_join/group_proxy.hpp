// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/job/claim.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/job/ref_count.hpp>
#include <filch/detail/memory/block.hpp>

#include "pool/pool_state.hpp"

namespace filch::inline v0::detail {

/// A job that can be claimed from two places: the queue that it was moved to, and its group's list.
class group_proxy final : public job {
 public:
  explicit group_proxy(job& target) noexcept : job(&act_on), target_(target) {}

  group_proxy* next = nullptr;  // in the group's list; the link in the base is the queue's

  /// Runs or discards the job, unless that was done from the other place, and drops the caller's reference. Returns
  /// whether this call did it.
  bool use(job_op op) noexcept {
    const bool mine = claim_.try_claim();
    if (mine) {
      op == job_op::discard ? target_.discard() : target_.run();
    }
    drop_reference();
    return mine;
  }

  /// Whether somebody has begun to run or to discard the job.
  [[nodiscard]] bool is_used() const noexcept { return claim_.is_claimed(); }

  void drop_reference() noexcept {
    if (references_.drop()) {
      release_for<group_proxy>(this);
    }
  }

 private:
  static void* act_on(job& j, job_op op) noexcept {
    switch (op) {
      case job_op::identify:
        return nullptr;  // its waiter finds it in the group's list
      case job_op::hand_over:
        return &j;
      case job_op::run:
      case job_op::run_here:
      case job_op::discard:
        break;
    }
    if (!static_cast<group_proxy&>(j).use(op) && op == job_op::discard) {
      acting_pool()->counts().add_discarded_tombstone();
    }
    return nullptr;
  }

  job& target_;
  claim claim_;
  ref_count references_{2};
};

}  // namespace filch::inline v0::detail
