// SPDX-License-Identifier: BSL-1.0
#include "worker/worker.hpp"

#include <cstdint>
#include <mutex>
#include <span>
#include <utility>

#include <filch/detail/worker/child_job.hpp>

#include "worker/team.hpp"

// How a worker runs what it has taken, and what becomes of forks and children that this leaves behind.

namespace filch::inline v0::detail {

// The waiter whose core this spare had goes on. Others take what lies in the queues of the spare, except its overflow.
bool worker::must_make_way() noexcept {
  return role_ == role::spare && team().sleepers().oversubscribed() && overflow_ == nullptr;
}

void worker::loop() noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = &base;  // of all jobs that are run from here
  run_loop();
  job_base_ = nullptr;
  idle_memory_.end();
}

// The thread counts as busy again, so that nobody finds the pool idle meanwhile.
void worker::run_rest() noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = &base;
  while (job* const task = next_task()) {
    run_task(*task);
  }
  job_base_ = nullptr;
  idle_memory_.end();
}

void worker::run(work w) noexcept {
  if (w.stolen) {
    run_stolen(*w.stolen);
  } else {
    const char base = 0;
    const void* const outer = std::exchange(job_base_, &base);
    run_task(*w.task);
    job_base_ = outer;
  }
}

void worker::run_task(job& j) noexcept {
  if (team().discarding()) {
    counters_.tasks_discarded.add();
    j.act(j, job_op::discard);
    return;
  }
  const ring_index base = forks().owner().end();
  const std::uint64_t outer = counters_.tasks_running.get();
  counters_.tasks_started.add();
  counters_.tasks_running.set(outer + 1);
  j.act(j, job_op::run);
  counters_.tasks_running.set(outer);
  counters_.tasks_completed.add();
  leave_forks_at(base);
}

// The lineage of the victim was read when the item was stolen.
void worker::run_stolen(fork_item item) noexcept {
  const char base = 0;
  const void* const outer = std::exchange(job_base_, &base);
  lineage::path before;
  lineage_.copy_to(before);
  if (!item.is_awaited()) {
    stolen_descent_.depth = 0;  // whoever waits for that job need not wait for this
  }
  if (item.is_child()) {
    counters_.tasks_stolen.add();
    stolen_descent_.add(&item.child().group);
    lineage_.set(stolen_descent_);
    run_task(item.child());
  } else {
    counters_.forks_stolen.add();
    stolen_descent_.add(&item.fork());
    lineage_.set(stolen_descent_);
    // relaxed: the forks of this worker are empty now, so whoever reads this finds only what `j` forks
    // (docs/design/waiting.md, "Leapfrogging").
    item.fork().thief.store(this, std::memory_order_relaxed);
    const ring_index end = forks().owner().end();
    item.fork().run(item.fork());
    leave_forks_at(end);
  }
  lineage_.set(before);
  job_base_ = outer;
}

void worker::clear_forks_from(ring_index first) noexcept {
  deque::owner_end mine = forks().owner();
  while (distance(first, mine.end()) > 0) {
    const ring_index last = advance(mine.end(), -1);
    const fork_item newest = mine.at(last);
    if (!mine.pop(last)) {
      return;  // the older ones were stolen too
    }
    hand_over(newest);
  }
}

void worker::hand_over(fork_item item) noexcept {
  if (!item.is_child()) {
    item.fork().withdraw();
    return;
  }
  job* const queued = &hand_over_child(item.child());
  push_to_fifo(std::span(&queued, 1));
}

void worker::begin_visit(const void* base) noexcept {
  job_base_ = base;
  counters_.tasks_started.add();
  counters_.tasks_running.set(1);
}

// Children whose group outlives the visit become tasks like any other.
void worker::end_visit() noexcept {
  job_base_ = nullptr;
  counters_.tasks_running.set(0);
  counters_.tasks_completed.add();
  hand_over_children();
  job* j = nullptr;
  while ((queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) || (j = take_from_overflow()) != nullptr) {
    j->next = nullptr;
    push_tasks(*j);
    team().wake_one();
  }
}

}  // namespace filch::inline v0::detail
