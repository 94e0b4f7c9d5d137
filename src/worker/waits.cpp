// SPDX-License-Identifier: BSL-1.0
#include "worker/waits.hpp"

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

waits::waits(worker& self, detail::team& team) : self_(self), team_(team), parker_(thread_parker::acquire()) {}

waits::~waits() { thread_parker::release(parker_); }

void waits::wait_for_fork(fork_job& j) noexcept {
  const inside_scope here(self_.pool(), &self_);
  wait_statistics statistics(self_.counters());
  spin_budget budget(wait_spin);
  while (!j.done.is_set()) {
    if (self_.has_left_pool()) {
      end_wait_in_child();
    }
    if (help_with(j)) {
      statistics.has_helped();
      budget.restart();
    } else if (!budget.spin()) {
      park_for_fork(j, j.thief.get());
      budget.restart();
    }
  }
}

bool waits::run_anything() noexcept {
  work w{.task = self_.next_task()};
  if (!w) {
    w = self_.search().steal_from_anyone(steal_effort::any);
  }
  if (w) {
    self_.run(w);
  }
  return static_cast<bool>(w);
}

bool waits::help_with(fork_job& j) noexcept {
  if (team_.takes_any()) {
    return run_anything();
  }
  if (fork_host* const thief = j.thief.get()) {
    const auto is_of_it = [&j](fork_item item) { return item.is_awaited() && !j.done.is_set(); };
    const auto stolen = self_.search().steal_fork(*static_cast<worker*>(thief), steal_effort::any, is_of_it);
    if (stolen) {
      self_.run_stolen(*stolen);
      return true;
    }
  }
  return run_descendant_of(&j, self_.descent().depth());
}

bool waits::help_with(awaited& a) noexcept {
  if (team_.takes_any()) {
    return a.claim_one() || run_anything();
  }
  return run_own_of(a) || a.claim_one() || run_descendant_of(a.identity(), a.lineage_depth());
}

// Takes a descendant from any worker that runs one. Not while this worker has forks: these are no descendants of the
// ancestor.
bool waits::run_descendant_of(const void* ancestor, std::optional<std::size_t> depth) noexcept {
  if (!depth || !self_.forks().thief().empty()) {
    return false;
  }
  const lineage::path& descent = self_.search().stolen_descent();
  for (std::size_t i = 0, n = team_.slots(); i < n; ++i) {
    peer& victim = team_.at(i);
    if (!victim.descent().has(ancestor, *depth)) {
      continue;
    }
    const auto stolen = self_.search().steal_fork(victim, steal_effort::any, [&](fork_item item) {
      return item.is_awaited() && *depth < descent.depth && descent.ids[*depth] == ancestor;
    });
    if (stolen) {
      self_.run_stolen(*stolen);
      return true;
    }
  }
  return false;
}

// Parks until the fork is done, or until its thief forks again. It may miss the fork of the thief, but never the end.
void waits::park_for_fork(fork_job& j, fork_host* thief) noexcept {
  self_.local().hand_over_all();
  if (!j.done.arm(parker_)) {
    return;
  }
  if (thief != nullptr) {
    thief->watcher().watch(parker_);
    thief->forks().thief().request_poll();
  }
  park();
  if (thief != nullptr) {
    thief->watcher().unwatch(parker_);
  }
  // If it was set meanwhile, the wait ends with that.
  static_cast<void>(j.done.disarm(parker_));
}

void waits::park() noexcept {
  const waiting_region others_run;
  others_run.park(parker_);
}

void waits::begin_blocking() noexcept {
  const bool is_outermost = blocking_++ == 0;
  if (self_.has_left_pool()) {
    return;
  }
  self_.hand_over_children();
  self_.local().hand_over_all();
  if (!is_outermost) {
    return;
  }
  self_.counters().waits_parked.add();
  if (self_.is(role::guest)) {
    team_.begin_guest_blocking();
  } else if (!self_.is_guest()) {
    team_.begin_blocking();
    team_.provide_sleeper();
  }
}

bool waits::ask_for_spare() noexcept { return !self_.is_guest() && !self_.has_left_pool() && team_.provide_sleeper(); }

void waits::end_blocking() noexcept {
  if (--blocking_ != 0 || self_.has_left_pool()) {
    return;
  }
  if (self_.is(role::guest)) {
    team_.end_guest_blocking(self_);
  } else if (!self_.is_guest()) {
    team_.end_blocking(self_);
  }
}

void waits::wait_for(awaited& a) noexcept {
  const inside_scope here(self_.pool(), &self_);
  wait_statistics statistics(self_.counters());
  spin_budget budget(wait_spin);
  ++nested_;
  while (!a.done()) {
    if (self_.has_left_pool()) {
      end_wait_in_child();
    }
    if (!a.holds_back() && help_with(a)) {
      statistics.has_helped();
      budget.restart();
    } else if (!budget.spin()) {
      park_for(a);
    }
  }
  --nested_;
}

void waits::run_what_was_left_of(awaited& a) noexcept {
  while (job* const j = self_.local().pop()) {
    if (j->identity() == a.identity()) {
      self_.run_task(*j);
    }
  }
}

bool waits::run_own_of(awaited& a) noexcept {
  job* const j = self_.local().take_of(a.identity());
  if (j != nullptr) {
    self_.run_task(*j);
  }
  return j != nullptr;
}

void waits::park_for(awaited& a) noexcept {
  self_.hand_over_children();
  self_.local().hand_over_all();
  if (!a.signal().arm(parker_)) {
    return;
  }
  while (!a.signal().is_set()) {
    bool goes_on = a.claimable();
    if (!goes_on) {
      const waiting_region others_run;
      if (a.holds_back() && team_.sleepers().needs_spare()) {
        a.insist();  // nobody else can take the core and run it
        goes_on = true;
      } else {
        others_run.park(parker_);
      }
    }
    if (goes_on) {
      // If it was set meanwhile, the wait ends with that.
      static_cast<void>(a.signal().disarm(parker_));
      return;
    }
  }
}

}  // namespace filch::inline v0::detail
