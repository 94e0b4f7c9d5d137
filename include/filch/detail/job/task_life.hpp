// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/job/claim.hpp>
#include <filch/detail/job/fate.hpp>
#include <filch/detail/job/ref_count.hpp>
#include <filch/detail/parking/latch.hpp>

namespace filch::inline v0::detail {

/// The protocol between the entry of a task in a queue and the handle of the task. Each of them has a reference, and
/// whoever drops the last one frees the task. Either may claim the task. A task that was claimed ends exactly once,
/// with a result, a failure or a cancellation, and then its latch is set. A failure for which the handle did not wait
/// is reported by the later of the two (docs/design/lifetime.md).
///
/// `Self` derives from it and has, for whoever claimed the task: `run_body()`, `drop_body()`, `has_failed()` and
/// `prepare_report()`; and `report()`, `dispose()`.
template <class Self, concurrency_policy Policy = native_policy, waiter_kind Waiter = native_waiter>
class basic_task_life {
 public:
  /// For the entry: runs or cancels the task if nobody has claimed it. The entry is gone after that. Returns what the
  /// handle had claimed the task for.
  FILCH_LOCAL claimed end_entry(claimed what) noexcept {
    const claimed before = claim_for(what);
    drop_reference();
    return before;
  }

  /// For the entry or the handle: runs the task on this thread. False if the task is claimed already.
  FILCH_LOCAL bool claim_and_run() noexcept { return claim_for(claimed::to_run) == claimed::not_yet; }

  /// For the handle: cancels the task, which then never runs. False if the task is claimed already.
  [[nodiscard]] FILCH_LOCAL bool cancel() noexcept {
    return !claim_.is_claimed() && claim_for(claimed::to_cancel) == claimed::not_yet;
  }

  /// For the handle: whether the task has ended. What it left can be read then.
  [[nodiscard]] bool is_finished() const noexcept { return done_.is_set(); }

  /// For the handle: whether somebody has begun or cancelled the task; a hint.
  [[nodiscard]] bool is_claimed() const noexcept { return claim_.is_claimed(); }

  /// For the handle: the latch to wait for.
  [[nodiscard]] basic_latch<Policy, Waiter>& done() noexcept { return done_; }

  /// For ThreadSanitizer, by the thread that frees the task: shows that the other reference was dropped before.
  void tsan_see_drops() noexcept {
#if defined(FILCH_TSAN)
    static_cast<void>(references_.drop());  // nobody reads the count any more
#endif
  }

  /// For the handle: lets go of a task for which it has not waited, or whose result it has not fetched.
  FILCH_LOCAL void detach() noexcept {
    if (fate_.let_go()) {
      self().report();
    }
    drop_reference();
  }

  /// For the entry, or for a handle that has fetched what the task left: drops the reference.
  FILCH_LOCAL void drop_reference() noexcept {
    if (references_.drop()) {
      self().dispose();
    }
  }

 private:
  FILCH_LOCAL claimed claim_for(claimed what) noexcept {
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
