// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <span>
#include <utility>

#include "pool_state.hpp"
#include "spin_budget.hpp"
#include "worker.hpp"

// What may run on a waiter's stack, and why nothing else does: docs/design/waiting.md.

namespace filch::inline v0::detail {
namespace {

// Twice the time to wake the waiter and to switch to it, as measured; see docs/design/waiting.md.
constexpr std::chrono::microseconds wait_spin{50};

}  // namespace

void fork_host::wait_stolen(fork_job& j) noexcept { static_cast<worker*>(this)->wait_for_fork(j); }

bool fork_host::attend(ring_index place) noexcept {
  const bool has_room = forks_.owner().answer(place);
  if (watcher_.is_watched()) {
    watcher_.call();
  }
  pool_.wake_thief();
  return has_room || !forks_.owner().pop(place);
}

bool fork_host::unfork_from_below(fork_job& j) noexcept {
  if (j.is_withdrawn(forks_.owner().end())) {
    return true;
  }
  static_cast<worker*>(this)->clear_forks_from(advance(j.place, 1));
  return forks_.owner().pop(j.place);
}

void worker::wait_for_fork(fork_job& j) noexcept {
  spin_budget budget(wait_spin);
  while (!j.done.is_set()) {
    // relaxed: see run_stolen.
    fork_host* const thief = j.thief.load(std::memory_order_relaxed);
    if (thief != nullptr) {
      const auto r = thief->forks().thief().steal_if(
          steal_effort::any, [&j](fork_item item) { return !item.is_child() && !j.done.is_set(); });
      if (got(r.status)) {
        run_stolen(r.item.fork());
        budget.restart();
      }
      if (r.status != steal_status::empty) {
        continue;
      }
    }
    if (!budget.spin()) {
      park_for_fork(j, thief);
      budget.restart();
    }
  }
}

// Until the fork is done, or its thief forks again. The latter may be missed; the former cannot.
void worker::park_for_fork(fork_job& j, fork_host* thief) noexcept {
  give_up_tasks();
  if (!j.done.arm(wait_parker_)) {
    return;
  }
  if (thief != nullptr) {
    thief->watcher().watch(wait_parker_);
    thief->forks().thief().call();
  }
  counters_.waits_parked.add();
  park_waiting();
  if (thief != nullptr) {
    thief->watcher().unwatch(wait_parker_);
  }
  // If it was set meanwhile, the wait ends with that.
  static_cast<void>(j.done.disarm(wait_parker_));
}

void worker::park_waiting() noexcept {
  if (is_guest()) {
    pool().cede();
  }
  wait_parker_.park();
  if (is_guest()) {
    pool().resume();
  }
}

void worker::wait_for(awaited& a) noexcept {
  spin_budget budget(wait_spin);
  while (!a.done()) {
    if (run_own_of(a) || a.claim_one()) {
      budget.restart();
    } else if (!budget.spin()) {
      park_for(a);
    }
  }
}

// Own jobs that are not awaited are stepped over: they go to the lane, where everybody can take them. Afterwards the
// own deque is empty, and stays so while this worker is parked.
bool worker::run_own_of(awaited& a) noexcept {
  void* const identity = a.identity();
  job* j = nullptr;
  while (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    if (j->act(*j, job_op::identify) == identity) {
      run_task(*j);
      return true;
    }
    step_over(*j);
  }
  if (job* const spilled = find_in_spill(identity)) {
    run_task(*spilled);
    return true;
  }
  return false;
}

void worker::step_over(job& j) noexcept {
  job* const displaced = static_cast<job*>(j.act(j, job_op::displace));
  push_to_lane(std::span(&displaced, 1));
}

// What this worker is about to wait for may itself wait for one of them.
void worker::give_up_tasks() noexcept {
  job* j = nullptr;
  while (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    step_over(*j);
  }
  job* spilled = std::exchange(spill_, nullptr);
  while (spilled != nullptr) {
    job& oldest = *std::exchange(spilled, spilled->next);
    oldest.next = nullptr;
    step_over(oldest);
  }
}

job* worker::find_in_spill(void* identity) noexcept {
  for (job** at = &spill_; *at != nullptr; at = &(*at)->next) {
    if ((*at)->act(**at, job_op::identify) == identity) {
      job* const found = *at;
      *at = found->next;
      return found;
    }
  }
  return nullptr;
}

// Children of other groups below: their waiters may be on other threads, and this one is of no use to them for long.
void worker::give_up_children() noexcept {
  if (const auto oldest = forks().owner().find([](fork_item item) { return item.is_child(); })) {
    clear_forks_from(*oldest);
  }
}

void worker::park_for(awaited& a) noexcept {
  give_up_children();
  give_up_tasks();
  if (!a.signal().arm(wait_parker_)) {
    return;
  }
  counters_.waits_parked.add();
  while (!a.signal().is_set()) {
    if (a.claimable()) {
      // If it was set meanwhile, the wait ends with that.
      static_cast<void>(a.signal().disarm(wait_parker_));
      return;
    }
    park_waiting();
  }
}

}  // namespace filch::inline v0::detail
