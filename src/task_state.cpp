// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/task_state.hpp>

#include <cstddef>
#include <optional>

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
    case job_op::run_here:
    case job_op::discard:
      break;
  }
  if (counted) {
    leave_place();
  }
  if (op == job_op::discard) {
    self.discard_entry();
  } else {
    self.run_entry();
  }
  return nullptr;
}

void task_state::run_body() noexcept {
  // relaxed: only the worker itself compares it with itself.
  runner_.store(current_worker(), std::memory_order_relaxed);
  run_body_(*this);
  runner_.store(nullptr, std::memory_order_relaxed);
}

void task_state::drop_body() noexcept {
  drop_body_(*this);
  error_ = std::make_exception_ptr(task_cancelled());
}

void task_state::prepare_report() noexcept {
  if (pool_state* const pool = acting_pool()) {
    sink_ = &pool->sink();
    sink_->add_reference();
  }
}

void task_state::report() noexcept {
  if (sink_ != nullptr) {
    sink_->report(std::exchange(error_, nullptr));
  }
}

void task_state::dispose() noexcept {
  if (sink_ != nullptr) {
    sink_->drop_reference();
  }
  destroy_(*this);
}

namespace {

class awaited_task final : public awaited {
 public:
  explicit awaited_task(task_state& task) noexcept : task_(task) {}

  void* identity() noexcept override { return &task_; }
  bool done() noexcept override { return task_.is_finished(); }
  // While the pool discards, what has not started is discarded here too.
  bool claim_one() noexcept override {
    return current_worker()->pool().discarding() ? task_.cancel() : task_.claim_and_run();
  }
  bool claimable() noexcept override { return false; }  // claim_one was told no, and that is final
  latch& signal() noexcept override { return task_.done(); }
  std::optional<std::size_t> lineage_depth() const noexcept override { return std::nullopt; }

 private:
  task_state& task_;
};

}  // namespace

void task_state::wait() {
  if (is_finished()) {
    return;
  }
  if (worker* const w = current_worker()) {
    // relaxed: if this worker runs the task, it has stored that itself.
    if (runner_.load(std::memory_order_relaxed) == w) {
      throw usage_error("filch: a task waits for itself, or for a task below it on the same stack");
    }
    // A worker of another pool does not run it: its own pool would not know that the task is still running.
    if (&w->pool() == home_) {
      awaited_task a(*this);
      w->wait_for(a);
      return;
    }
  }
  thread_parker& parker = thread_parker::mine();
  if (done().arm(parker)) {
    do {
      parker.park();
    } while (!is_finished());
  }
}

bool task_state::wait_until(clock::time_point deadline) {
  thread_parker& parker = thread_parker::mine();
  if (!done().arm(parker)) {
    return true;
  }
  bool in_time = true;
  while (in_time && !is_finished()) {
    in_time = parker.park_until(deadline);
  }
  return is_finished() || !done().disarm(parker);
}

}  // namespace filch::inline v0::detail
