// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/claim.hpp>
#include <filch/detail/job/fate.hpp>
#include <filch/detail/parking/latch.hpp>

namespace filch::inline v0::detail {

/// The protocol between a task's entry in a queue and its handle. Each has a reference, and the last one frees the
/// task. Either may claim it; what is claimed ends once, by its result, its failure or its cancellation, and then the
/// latch is set. A failure that the handle did not wait for is reported by the later of the two
/// (docs/design/lifetime.md).
///
/// `Self` derives from it and has, for whoever claimed the task: `run_body()`, `drop_body()`, `has_failed()` and
/// `prepare_report()`; and `report()`, `dispose()`.
template <class Self, class Policy = native_policy, class Waiter = native_waiter>
class basic_task_life {
 public:
  /// Entry. Runs or cancels the task if nobody has claimed it. The entry is gone then. Returns: what the handle had
  /// claimed it for.
  FILCH_LOCAL claimed end_entry(claimed what) noexcept {
    const claimed before = settle(what);
    drop_reference();
    return before;
  }

  /// Entry or handle. Runs the task here. False if it is claimed.
  FILCH_LOCAL bool claim_and_run() noexcept { return settle(claimed::to_run) == claimed::not_yet; }

  /// Handle. The task never runs. False if it is claimed.
  [[nodiscard]] FILCH_LOCAL bool cancel() noexcept {
    return !claim_.is_claimed() && settle(claimed::to_cancel) == claimed::not_yet;
  }

  /// Handle. Whether the task has ended; what it left is there then.
  [[nodiscard]] bool is_finished() const noexcept { return done_.is_set(); }

  /// Handle. Whether somebody has begun it, or cancelled it; a hint.
  [[nodiscard]] bool is_claimed() const noexcept { return claim_.is_claimed(); }

  /// Handle. What it waits on.
  [[nodiscard]] basic_latch<Policy, Waiter>& done() noexcept { return done_; }

  /// Whoever disposes of the task, for ThreadSanitizer: it sees that the other has dropped its reference.
  void tsan_see_drops() noexcept {
#if defined(FILCH_TSAN)
    static_cast<void>(references_.drop());  // nobody reads the count any more
#endif
  }

  /// Handle. It is gone, and has not waited or not fetched what it waited for.
  FILCH_LOCAL void detach() noexcept {
    if (fate_.let_go()) {
      self().report();
    }
    drop_reference();
  }

  /// Entry, or a handle that has fetched what the task left.
  FILCH_LOCAL void drop_reference() noexcept {
    if (references_.drop()) {
      self().dispose();
    }
  }

 private:
  FILCH_LOCAL claimed settle(claimed what) noexcept {
    const claimed before = claim_.claim_for(what);
    if (before != claimed::not_yet) {
      return before;
    }
    if (what == claimed::to_cancel) {
      self().drop_body();
    } else {
      self().run_body();
      if (self().has_failed()) {
        self().prepare_report();
        if (fate_.fail()) {
          self().report();
        }
      }
    }
    // The claimer has a reference, so the task is still there.
    done_.set();
    return before;
  }

  [[nodiscard]] Self& self() noexcept { return static_cast<Self&>(*this); }

  basic_latch<Policy, Waiter> done_;
  basic_claim<Policy> claim_;
  basic_fate<Policy> fate_;
  basic_ref_count<Policy> references_{2};
};

}  // namespace filch::inline v0::detail
