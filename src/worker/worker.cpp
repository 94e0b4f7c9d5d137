// SPDX-License-Identifier: BSL-1.0
#include "worker/worker.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/worker/child_job.hpp>

#include "base/stack_place.hpp"
#include "base/tuning.hpp"
#include "memory/block_cache.hpp"
#include "os/pages.hpp"
#include "worker/team.hpp"

namespace filch::inline v0::detail {

worker::worker(pool_state& pool, detail::team& team, std::uint32_t index, role r, victim_order victims)
    : peer(pool, index, r),
      team_(team),
      local_(team, queues(), r),
      search_(*this, team, index, std::move(victims)),
      waits_(*this, team) {}

// The waiter whose core this spare had goes on. Others take what lies in the queues of the spare, except its overflow.
bool worker::must_make_way() noexcept {
  return is(role::spare) && team().sleepers().oversubscribed() && !local_.has_overflow();
}

void worker::loop() noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = stack_place(&base);  // of all jobs that are run from here
  run_loop();
  job_base_ = nullptr;
  idle_memory_.end();
}

// The thread counts as busy again, so that nobody finds the pool idle meanwhile.
void worker::run_rest() noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = stack_place(&base);
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
    const void* const outer = std::exchange(job_base_, stack_place(&base));
    run_task(*w.task);
    job_base_ = outer;
  }
}

void worker::run_task(job& j) noexcept {
  if (team().discarding()) {
    counters().tasks_discarded.add();
    j.discard();
    return;
  }
  const ring_index base = forks().owner().end();
  const std::uint64_t outer = counters().tasks_running.get();
  counters().tasks_started.add();
  counters().tasks_running.set(outer + 1);
  j.run();
  counters().tasks_running.set(outer);
  counters().tasks_completed.add();
  leave_forks_at(base);
}

// The lineage of the victim was read when the item was stolen.
void worker::run_stolen(fork_item item) noexcept {
  const char base = 0;
  const void* const outer = std::exchange(job_base_, stack_place(&base));
  lineage::path before;
  descent().copy_to(before);
  lineage::path& stolen = search_.stolen_descent();
  if (!item.is_awaited()) {
    stolen.depth = 0;  // whoever waits for that job need not wait for this
  }
  if (item.is_child()) {
    counters().tasks_stolen.add();
    stolen.add(&item.child().group);
    descent().set(stolen);
    run_task(item.child());
  } else {
    counters().forks_stolen.add();
    stolen.add(&item.fork());
    descent().set(stolen);
    // The forks of this worker are empty now, so whoever reads this finds only what `j` forks (docs/design/waiting.md,
    // "Leapfrogging").
    item.fork().thief.set(*this);
    const ring_index end = forks().owner().end();
    item.fork().run(item.fork());
    leave_forks_at(end);
  }
  descent().set(before);
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
  local_.push_to_fifo(std::span(&queued, 1));
}

void worker::hand_over_children() noexcept {
  if (const auto oldest = forks().owner().find([](fork_item item) { return item.is_child(); })) {
    clear_forks_from(*oldest);
  }
}

void worker::begin_visit(const void* base) noexcept {
  job_base_ = stack_place(base);
  counters().tasks_started.add();
  counters().tasks_running.set(1);
}

// Children whose group outlives the visit become tasks like any other.
void worker::end_visit() noexcept {
  job_base_ = nullptr;
  counters().tasks_running.set(0);
  counters().tasks_completed.add();
  hand_over_children();
  while (job* const j = local_.take_own()) {
    j->next = nullptr;
    local_.push_tasks(*j);
    team().wake_one();
  }
}

job* worker::next_task() noexcept {
  if (--until_neglected_ == 0) {
    if (has_left_pool()) {
      until_neglected_ = 1;
      return nullptr;
    }
    until_neglected_ = tuning::neglected_period;
    if (job* const j = neglected_task()) {
      return j;
    }
  }
  job* const j = local_.pop();
  return j != nullptr ? j : local_.next_outside();
}

// A task that the newest tasks would otherwise keep waiting for ever: one from outside, and now and then the oldest of
// the own deque.
job* worker::neglected_task() noexcept {
  job* j = oldest_turn_.is_due() ? local_.oldest() : nullptr;
  if (j == nullptr) {
    j = local_.next_outside();
  }
  return j != nullptr ? j : search_.outside_task_elsewhere();
}

bool worker::go_to_sleep() noexcept {
  if (has_left_pool()) {
    return false;  // the child's only thread ends, and the child with it
  }
  block_cache* const mine = block_cache::mine_if_any();
  if (mine != nullptr) {
    mine->flush();
  }
  idle_memory_.fall_asleep(mine, team().trims_asked(), [this](block_cache* cache) { trim(cache); });
  const auto begin = steady_clock::now();
  const bool go_on = sleep_in(team(), *this);
  search_.slept(steady_clock::now() - begin);
  idle_memory_.wake_up();
  if (go_on) {
    team().provide_sleeper();
  }
  return go_on;
}

void worker::trim_if_asleep(std::uint32_t trims_asked) noexcept {
  if (!is(role::guest)) {
    idle_memory_.trim_if_asleep(trims_asked, [this](block_cache* cache) { trim(cache); });
  }
}

void worker::trim(block_cache* cache) noexcept {
  if (cache != nullptr) {
    cache->trim();
  }
  // The pages are given back first, because the heap keeps the memory that it gets back.
  queues().trim([this] { return team().nobody_reads_queues(); },
               [](auto ring) { give_back_pages(ring->data(), ring->bytes()); });
}

}  // namespace filch::inline v0::detail
