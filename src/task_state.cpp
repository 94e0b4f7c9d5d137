// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/task_state.hpp>

#include <filch/errors.hpp>

#include "current.hpp"
#include "parking/thread_parker.hpp"
#include "pool_state.hpp"

namespace filch::inline v0::detail {

void* task_state::act_on(job& j, job_op op, bool counted) noexcept {
  auto& self = static_cast<task_state&>(j);
  switch (op) {
    case job_op::identify:
      return &self;
    case job_op::displace:
      return &j;  // its handle can claim it wherever it lies
    case job_op::run:
    case job_op::discard:
      break;
  }
  if (counted) {
    leave_place();
  }
  if (op == job_op::run) {
    self.claim_and_run();
  } else if (self.claim_.try_claim()) {
    self.finish_cancelled();
  }
  self.drop_reference();
  return nullptr;
}

bool task_state::claim_and_run() noexcept {
  if (!claim_.try_claim()) {
    return false;
  }
  run_claimed();
  return true;
}

void task_state::run_claimed() noexcept {
  // relaxed: only the worker itself compares it with itself.
  runner_.store(this_thread_worker, std::memory_order_relaxed);
  run_body_(*this);
  runner_.store(nullptr, std::memory_order_relaxed);
  finish();
}

void task_state::finish_cancelled() noexcept {
  drop_body_(*this);
  error_ = std::make_exception_ptr(task_cancelled());
  done_.set();
}

// The runner has a reference of its own, so it may touch the state after the latch is set.
void task_state::finish() noexcept {
  if (!error_) {
    done_.set();
    return;
  }
  if (pool_state* const pool = acting_pool()) {
    sink_ = &pool->sink();
    sink_->add_reference();
  }
  if (fate_.fail()) {
    report_error();
  }
  done_.set();
}

void task_state::detach() noexcept {
  if (fate_.let_go()) {
    report_error();
  }
  drop_reference();
}

void task_state::report_error() noexcept {
  if (sink_ != nullptr) {
    sink_->report(std::exchange(error_, nullptr));
  }
}

void task_state::release_sink() noexcept {
  if (sink_ != nullptr) {
    sink_->drop_reference();
  }
}

bool task_state::cancel() noexcept {
  if (!claim_.try_claim()) {
    return false;
  }
  finish_cancelled();
  return true;
}

namespace {

class awaited_task final : public awaited {
 public:
  awaited_task(task_state& task, latch& done) noexcept : task_(task), done_(done) {}

  void* identity() noexcept override { return &task_; }
  bool done() noexcept override { return done_.is_set(); }
  // While the pool discards, what has not started is discarded here too.
  bool claim_one() noexcept override {
    return this_thread_worker->pool().discarding() ? task_.cancel() : task_.claim_and_run();
  }
  bool claimable() noexcept override { return false; }  // claim_one was told no, and that is final
  latch& signal() noexcept override { return done_; }

 private:
  task_state& task_;
  latch& done_;
};

}  // namespace

void task_state::wait() {
  if (done_.is_set()) {
    return;
  }
  if (worker* const w = this_thread_worker) {
    // relaxed: if this worker runs the task, it has stored that itself.
    if (runner_.load(std::memory_order_relaxed) == w) {
      throw usage_error("filch: a task waits for itself, or for a task below it on the same stack");
    }
    // A worker of another pool does not run it: its own pool would not know that the task is still running.
    if (&w->pool() == home_) {
      awaited_task a(*this, done_);
      w->wait_for(a);
      return;
    }
  }
  thread_parker& parker = thread_parker::mine();
  if (done_.arm(parker)) {
    do {
      parker.park();
    } while (!done_.is_set());
  }
}

bool task_state::wait_until(clock::time_point deadline) {
  thread_parker& parker = thread_parker::mine();
  if (!done_.arm(parker)) {
    return true;
  }
  bool in_time = true;
  while (in_time && !done_.is_set()) {
    in_time = parker.park_until(deadline);
  }
  return done_.is_set() || !done_.disarm(parker);
}

}  // namespace filch::inline v0::detail
