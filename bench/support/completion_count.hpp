// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/tally.hpp"

namespace filch_bench {

/// Lets a pool that has no wait_idle() of its own have one, for two plain stores a task.
///
/// Idle means: the finished ones, summed first, equal the submitted ones, summed afterwards. Each
/// finished() is published after the task's own submitted() and those of its children, so equality
/// says that nothing was under way between the two sums.
class completion_count {
 public:
  void submitted() { submitted_.add(1); }
  void finished() { finished_.add(1); }

  /// Blocks until idle: looks often for a few microseconds, then sleeps between looks.
  void wait_idle() const;

 private:
  [[nodiscard]] bool idle() const {
    const std::uint64_t finished = finished_.sum();
    return submitted_.sum() == finished;
  }

  tally submitted_;
  tally finished_;
};

}  // namespace filch_bench
