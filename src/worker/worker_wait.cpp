// SPDX-License-Identifier: BSL-1.0
#include <span>
#include <utility>

#include "base/spin_budget.hpp"
#include "base/wait_spin.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

// What may run on a waiter's stack, and why nothing else does: docs/design/waiting.md.

namespace filch::inline v0::detail {
namespace {

class wait_statistics {
 public:
  explicit wait_statistics(worker_counters& counters) noexcept : counters_(counters) { counters.waits.add(); }
  ~wait_statistics() { counters_.waits_idle.add(helped_ ? 0 : 1); }
  wait_statistics(const wait_statistics&) = delete;
  wait_statistics& operator=(const wait_statistics&) = delete;
  void has_helped() noexcept { helped_ = true; }

 private:
  worker_counters& counters_;
  bool helped_ = false;
};

}  // namespace

void fork_host::wait_stolen(fork_job& j) noexcept { static_cast<worker*>(this)->wait_for_fork(j); }

bool fork_host::acknowledge(ring_index index) noexcept {
  const bool has_room = forks_.owner().acknowledge(index);
  if (watcher_.is_watched()) {
    watcher_.unpark_watcher();
  }
  static_cast<worker*>(this)->team().wake_thief();
  return has_room || !forks_.owner().pop(index);
}

bool fork_host::unfork_from_below(fork_job& j) noexcept {
  if (j.is_withdrawn(forks_.owner().end())) {
    return true;
  }
  static_cast<worker*>(this)->clear_forks_from(advance(j.index, 1));
  return forks_.owner().pop(j.index);
}

void worker::wait_for_fork(fork_job& j) noexcept {
  const inside_scope here(pool(), this);
  wait_statistics statistics(counters_);
  spin_budget budget(wait_spin);
  while (!j.done.is_set()) {
    if (has_left_pool()) {
      end_wait_in_child();
    }
    if (help_with(j)) {
      statistics.has_helped();
      budget.restart();
    } else if (!budget.spin()) {
      // relaxed: see run_stolen.
      park_for_fork(j, j.thief.load(std::memory_order_relaxed));
      budget.restart();
    }
  }
}

bool worker::takes_any() const noexcept { return team().takes_any(); }

bool worker::run_anything() noexcept {
  work w{.task = next_task()};
  if (!w) {
    w = steal_from_anyone(steal_effort::any);
  }
  if (w) {
    run(w);
  }
  return static_cast<bool>(w);
}

bool worker::help_with(fork_job& j) noexcept {
  if (takes_any()) {
    return run_anything();
  }
  // relaxed: see run_stolen.
  if (fork_host* const thief = j.thief.load(std::memory_order_relaxed)) {
    const auto stolen = steal_fork(*static_cast<worker*>(thief), steal_effort::any,
                                   [&j](fork_item item) { return item.is_awaited() && !j.done.is_set(); });
    if (stolen) {
      run_stolen(*stolen);
      return true;
    }
  }
  return run_descendant_of(&j, lineage_.depth());
}

bool worker::help_with(awaited& a) noexcept {
  if (takes_any()) {
    return a.claim_one() || run_anything();
  }
  return run_own_of(a) || a.claim_one() || run_descendant_of(a.identity(), a.lineage_depth());
}

// Takes a descendant from any worker that runs one. Not while this worker has forks: these are no descendants of the
// ancestor.
bool worker::run_descendant_of(const void* ancestor, std::optional<std::size_t> depth) noexcept {
  if (!depth || !forks().thief().empty()) {
    return false;
  }
  detail::team& all = team();
  for (std::size_t i = 0, n = all.slots(); i < n; ++i) {
    worker& victim = all.at(i);
    if (!victim.lineage_.has(ancestor, *depth)) {
      continue;
    }
    const auto stolen = steal_fork(victim, steal_effort::any, [&](fork_item item) {
      return item.is_awaited() && *depth < stolen_descent_.depth && stolen_descent_.ids[*depth] == ancestor;
    });
    if (stolen) {
      run_stolen(*stolen);
      return true;
    }
  }
  return false;
}

// Parks until the fork is done, or until its thief forks again. It may miss the fork of the thief, but never the end.
void worker::park_for_fork(fork_job& j, fork_host* thief) noexcept {
  hand_over_tasks();
  if (!j.done.arm(wait_parker_)) {
    return;
  }
  if (thief != nullptr) {
    thief->watcher().watch(wait_parker_);
    thief->forks().thief().request_poll();
  }
  park_waiting();
  if (thief != nullptr) {
    thief->watcher().unwatch(wait_parker_);
  }
  // If it was set meanwhile, the wait ends with that.
  static_cast<void>(j.done.disarm(wait_parker_));
}

void worker::park_waiting() noexcept {
  const waiting_region others_run;
  others_run.park(wait_parker_);
}

void worker::begin_blocking() noexcept {
  const bool is_outermost = blocking_++ == 0;
  if (has_left_pool()) {
    return;
  }
  hand_over_children();
  hand_over_tasks();
  if (!is_outermost) {
    return;
  }
  counters_.waits_parked.add();
  if (role_ == role::guest) {
    team().begin_guest_blocking();
  } else if (!is_guest()) {
    team().begin_blocking();
    team().provide_sleeper();
  }
}

bool worker::ask_for_spare() noexcept { return !is_guest() && !has_left_pool() && team().provide_sleeper(); }

void worker::end_blocking() noexcept {
  if (--blocking_ != 0 || has_left_pool()) {
    return;
  }
  if (role_ == role::guest) {
    team().end_guest_blocking(*this);
  } else if (!is_guest()) {
    team().end_blocking(*this);
  }
}

void worker::wait_for(awaited& a) noexcept {
  const inside_scope here(pool(), this);
  wait_statistics statistics(counters_);
  spin_budget budget(wait_spin);
  ++nested_waits_;
  while (!a.done()) {
    if (has_left_pool()) {
      end_wait_in_child();
    }
    if (!a.holds_back() && help_with(a)) {
      statistics.has_helped();
      budget.restart();
    } else if (!budget.spin()) {
      park_for(a);
    }
  }
  --nested_waits_;
}

void worker::run_what_was_left_of(awaited& a) noexcept {
  job* j = nullptr;
  while (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    if (j->act(*j, job_op::identify) == a.identity()) {
      run_task(*j);
    }
  }
}

// Jobs of the own deque that are not awaited are handed over: they go to the fifo, where everybody can take them. So
// in the end the own deque is empty, and stays empty while this worker is parked.
bool worker::run_own_of(awaited& a) noexcept {
  void* const identity = a.identity();
  job* j = nullptr;
  while (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    if (j->act(*j, job_op::identify) == identity) {
      run_task(*j);
      return true;
    }
    hand_over(*j);
  }
  if (job* const overflowed = find_in_overflow(identity)) {
    run_task(*overflowed);
    return true;
  }
  return false;
}

void worker::hand_over(job& j) noexcept {
  job* const handed = static_cast<job*>(j.act(j, job_op::hand_over));
  push_to_fifo(std::span(&handed, 1));
}

// The task that this worker is about to wait for may itself wait for one of these tasks.
void worker::hand_over_tasks() noexcept {
  // The oldest goes first, because the fifo keeps the order, and an older task waits for no newer one.
  while (job* const j = oldest_own_task()) {
    hand_over(*j);
  }
  job* overflowed = std::exchange(overflow_, nullptr);
  while (overflowed != nullptr) {
    job& oldest = *std::exchange(overflowed, overflowed->next);
    oldest.next = nullptr;
    hand_over(oldest);
  }
}

job* worker::find_in_overflow(void* identity) noexcept {
  for (job** at = &overflow_; *at != nullptr; at = &(*at)->next) {
    if ((*at)->act(**at, job_op::identify) == identity) {
      job* const found = *at;
      *at = found->next;
      return found;
    }
  }
  return nullptr;
}

// The forks may hold children of other groups. Their waiters may be on other threads, and this worker may not run them
// for a long time.
void worker::hand_over_children() noexcept {
  if (const auto oldest = forks().owner().find([](fork_item item) { return item.is_child(); })) {
    clear_forks_from(*oldest);
  }
}

void worker::park_for(awaited& a) noexcept {
  hand_over_children();
  hand_over_tasks();
  if (!a.signal().arm(wait_parker_)) {
    return;
  }
  while (!a.signal().is_set()) {
    bool goes_on = a.claimable();
    if (!goes_on) {
      const waiting_region others_run;
      if (a.holds_back() && team().sleepers().needs_spare()) {
        a.insist();  // nobody else can take the core and run it
        goes_on = true;
      } else {
        others_run.park(wait_parker_);
      }
    }
    if (goes_on) {
      // If it was set meanwhile, the wait ends with that.
      static_cast<void>(a.signal().disarm(wait_parker_));
      return;
    }
  }
}

}  // namespace filch::inline v0::detail
