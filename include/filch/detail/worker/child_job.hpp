// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/job/job.hpp>

namespace filch::inline v0::detail {

class group_core;

/// A job of a group.
struct child_job : job {
  child_job(action a, group_core& g) noexcept : job(a), group(g) {}

  group_core& group;
};

/// Makes a child that lay among the forks of its group's owner fit for another queue. Returns the job to put there.
[[nodiscard]] job& hand_over_child(child_job& j) noexcept;

}  // namespace filch::inline v0::detail
