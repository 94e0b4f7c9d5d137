// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/pool/task_state.hpp>

#include <cstddef>
#include <optional>

#include <filch/errors.hpp>

#include "base/tuning.hpp"
#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"

namespace filch::inline v0::detail {
namespace {

/// An address that is different on each thread.
[[nodiscard]] const void* this_thread_mark() noexcept {
  constinit static thread_local const char mark = 0;
  return &mark;
}

}  // namespace

void* task_state::act_on(job& j, job_op op, permit pending) noexcept {
  auto& self = static_cast<task_state&>(j);
  switch (op) {
    case job_op::identify:
      return &self;
    case job_op::hand_over:
      return &j;  // its handle can claim it wherever it lies
    case job_op::run:
    case job_op::run_here:
    case job_op::discard:
      break;
  }
  if (pending == permit::held) {
    return_permit();
  }
  const bool discards = op == job_op::discard;
  const claimed before = discards ? self.end_entry(claimed::to_cancel) : self.end_entry(claimed::to_run);
  if (before == claimed::to_cancel && !discards) {
    acting_pool()->counts().add_uncalled();
  } else if (before == claimed::to_run && discards) {
    acting_pool()->counts().add_discarded_tombstone();
  }
  return nullptr;
}

void task_state::run_body() noexcept {
  // relaxed: only the thread itself compares it with itself.
  runner_.store(this_thread_mark(), std::memory_order_relaxed);
  run_body_(*this);
  runner_.store(nullptr, std::memory_order_relaxed);
}

void task_state::drop_body() noexcept {
  drop_body_(*this);
  error_ = std::make_exception_ptr(task_cancelled_to_copy());
}

void task_state::keep_sink(pool_state& pool) noexcept {
  sink_ = &pool.sink();
  sink_->add_reference();
}

void task_state::prepare_report() noexcept {
  if (pool_state* const pool = acting_pool(); pool != nullptr && sink_ == nullptr) {
    keep_sink(*pool);
  }
}

void task_state::report_to(unhandled_sink* sink, std::exception_ptr error) noexcept { sink->report(std::move(error)); }

void task_state::report() noexcept {
  if (sink_ != nullptr) {
    sink_->report(std::exchange(error_, nullptr));
  }
}

void task_state::dispose() noexcept {
  unhandled_sink* const sink = sink_;
  destroy_(*this);
  if (sink != nullptr) {
    sink->drop_reference();
  }
}

namespace {

class awaited_task final : public awaited {
 public:
  awaited_task(task_state& task, worker& waiter) noexcept : task_(task), waiter_(waiter) {}

  void* identity() noexcept override { return &task_; }
  bool done() noexcept override { return task_.is_finished(); }
  // While the pool discards, a task that has not started is discarded here too.
  bool claim_one() noexcept override {
    return waiter_.team().discarding() ? task_.cancel() : task_.claim_and_run();
  }
  bool claimable() noexcept override { return false; }  // claim_one was told no, and that is final, or it holds back
  // Otherwise a chain of tasks, each of which waits for the one before, would run on one stack.
  bool holds_back() noexcept override { return !insists_ && waiter_.waits().nested() > tuning::most_nested_waits; }
  void insist() noexcept override { insists_ = true; }
  latch& signal() noexcept override { return task_.done(); }
  std::optional<std::size_t> lineage_depth() const noexcept override { return std::nullopt; }

 private:
  task_state& task_;
  worker& waiter_;
  bool insists_ = false;
};

}  // namespace

void task_state::wait() {
  if (is_finished()) {
    return;
  }
  if (is_left_behind(pool_)) {
    throw_left_behind();
  }
  check_not_below();
  // A thread that is not inside of the task's pool does not run it: the pool would not know that the task is still
  // running.
  if (worker* const w = host_in(*pool_)) {
    awaited_task a(*this, *w);
    w->waits().wait_for(a);
  } else if (!discards_for(*pool_) || !cancel()) {
    const parker_for_wait mine;
    sleep_until_set(done(), mine.get());
  }
}

void task_state::check_not_below() const {
  // relaxed: if this thread runs the task, it has stored that itself.
  if (runner_.load(std::memory_order_relaxed) == this_thread_mark()) {
    throw usage_error("filch: a task waits for itself, or for a task below it on the same stack");
  }
}

bool task_state::wait_until(clock::time_point deadline) {
  if (is_finished()) {
    return true;
  }
  if (is_left_behind(pool_)) {
    throw_left_behind();
  }
  check_not_below();
  if (discards_for(*pool_) && cancel()) {
    return true;
  }
  if (clock::now() >= deadline) {
    return false;
  }
  const parker_for_wait mine;
  thread_parker& parker = mine.get();
  if (!done().arm(parker)) {
    return true;
  }
  const waiting_region others_run;
  bool in_time = true;
  while (in_time && !is_finished()) {
    in_time = others_run.park_until(parker, deadline);
  }
  return is_finished() || !done().disarm(parker);
}

}  // namespace filch::inline v0::detail
