// SPDX-License-Identifier: BSL-1.0
#include "worker.hpp"

#include <new>
#include <span>
#include <utility>

#include <filch/detail/child_job.hpp>

#include "memory/block_cache.hpp"
#include "pool_state.hpp"

namespace filch::inline v0::detail {

worker::worker(pool_state& pool, std::uint32_t index, role r, victim_order victims)
    : fork_host(pool),
      random_(index + 1),
      victims_(std::move(victims)),
      wait_parker_(thread_parker::acquire()),
      index_(index),
      role_(r),
      last_victim_(index) {}

worker::~worker() { thread_parker::release(wait_parker_); }

void worker::loop() noexcept {
  for (;;) {
    work w;
    if (!must_make_way()) {
      w.task = next_task();
      if (w && searching_) {
        end_search();
      }
      if (!w) {
        w = search();
      }
    }
    if (w) {
      run(w);
    } else if (!sleep()) {
      return;
    }
  }
}

// The waiter whose share this spare had goes on. Others take what lies in its queues, but for the spill.
bool worker::must_make_way() noexcept {
  return role_ == role::spare && pool().sleepers().short_of_shares() && spill_ == nullptr;
}

void worker::push_tasks(job& first, std::size_t count) noexcept {
  if (is_guest()) {
    job* const newest = reverse_chain(&first);
    static_cast<void>(queues_.in.push_chain(newest, &first));  // a place's inbox is never closed
    return;
  }
  job* j = &first;
  while (j != nullptr) {
    job* const next = j->next;
    try {
      if (--count == 0) {
        queues_.tasks.owner().push_announced(j);
      } else {
        queues_.tasks.owner().push(j);
      }
    } catch (const std::bad_alloc&) {
      spill(j);
      return;
    }
    j = next;
  }
}

void worker::push_child(job& j) noexcept {
  try {
    queues_.tasks.owner().push_announced(&j);
  } catch (const std::bad_alloc&) {
    spill(&j);
  }
}

job* worker::next_task() noexcept {
  if (++tick_ % outside_period == 0) {
    if (job* const j = next_outside_task()) {
      return j;
    }
  }
  job* j = nullptr;
  if (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    return j;
  }
  return next_outside_task();
}

job* worker::next_outside_task() noexcept {
  for (;;) {
    const steal_result<job*> r = queues_.lane.take();
    if (r.status == steal_status::got) {
      return r.item;
    }
    if (r.status == steal_status::empty) {
      break;
    }
  }
  if (job* const j = take_from_spill()) {
    return j;
  }
  return start_on(queues_.in.drain());
}

job* worker::take_from_spill() noexcept {
  if (spill_ == nullptr) {
    return nullptr;
  }
  return std::exchange(spill_, spill_->next);
}

// Keeps the oldest of a drained chain to run it, and lets everybody see the others.
job* worker::start_on(job* newest_first) noexcept {
  if (newest_first == nullptr) {
    return nullptr;
  }
  job* j = newest_first;
  std::size_t pending = 0;
  while (job* const older = j->next) {
    try {
      queues_.lane.append(j, pending);
    } catch (const std::bad_alloc&) {
      j = reverse_chain(j);
      spill(j->next);
      break;
    }
    ++pending;
    j = older;
  }
  queues_.lane.reverse_pending(pending);
  publish_lane(pending);
  return j;
}

void worker::push_to_lane(std::span<job* const> oldest_first) noexcept {
  std::size_t pending = 0;
  for (job* const j : oldest_first) {
    j->next = nullptr;
    try {
      queues_.lane.append(j, pending);
      ++pending;
    } catch (const std::bad_alloc&) {
      spill(j);
    }
  }
  publish_lane(pending);
}

void worker::publish_lane(std::size_t count) noexcept {
  if (count != 0) {
    queues_.lane.publish(count);
    // While these jobs were between two queues, a sleeper may have looked and found neither.
    pool().wake_one();
  }
}

void worker::spill(job* oldest_first) noexcept {
  job** end = &spill_;
  while (*end != nullptr) {
    end = &(*end)->next;
  }
  *end = oldest_first;
}

void worker::begin_visit(const void* base) noexcept {
  job_base_ = base;
  counters_.tasks_started.add();
  counters_.tasks_running.add();
}

// Children whose group outlives the visit become work like any other.
void worker::end_visit() noexcept {
  job_base_ = nullptr;
  counters_.tasks_running.sub_one();
  counters_.tasks_completed.add();
  give_up_children();
  job* j = nullptr;
  while ((queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) || (j = take_from_spill()) != nullptr) {
    j->next = nullptr;
    push_tasks(*j, 1);
    pool().wake_one();
  }
}

job* worker::take_for_discard() noexcept {
  for (;;) {
    const steal_result<job*> task = queues_.tasks.thief().steal();
    if (task.status == steal_status::got) {
      task.item->next = nullptr;
      return task.item;
    }
    const steal_result<job*> laned = queues_.lane.take();
    if (laned.status == steal_status::got) {
      laned.item->next = nullptr;
      return laned.item;
    }
    if (task.status == steal_status::empty && laned.status == steal_status::empty) {
      return queues_.in.drain();
    }
  }
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
  const bool discard = pool().discarding();
  if (discard) {
    counters_.tasks_discarded.add();
    j.act(j, job_op::discard);
    return;
  }
  const ring_index base = forks().owner().end();
  counters_.tasks_started.add();
  counters_.tasks_running.add();
  j.act(j, job_op::run);
  counters_.tasks_running.sub_one();
  counters_.tasks_completed.add();
  leave_forks_at(base);
}

// What its victim's job descends from was read when it was stolen.
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
    put_elsewhere(newest);
  }
}

void worker::put_elsewhere(fork_item item) noexcept {
  if (!item.is_child()) {
    item.fork().withdraw();
    return;
  }
  job* const queued = &displace_from_home(item.child());
  push_to_lane(std::span(&queued, 1));
}

void worker::wake() noexcept { sleep_.unpark(); }

void worker::park() noexcept {
  counters_.parks.add();
  sleep_.park();
  counters_.wakes.add();
}

bool worker::sleep() noexcept {
  block_cache::flush_mine();
  const bool go_on = pool().sleep(*this, std::exchange(searching_, false), native_policy::heavy_barrier);
  searching_ = true;
  if (go_on) {
    pool().provide_sleeper();
  }
  return go_on;
}

}  // namespace filch::inline v0::detail
