// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/group_core.hpp>

#include <cstddef>
#include <optional>
#include <utility>

#include <filch/detail/compiler.hpp>
#include <filch/detail/submit.hpp>
#include <filch/errors.hpp>

#include "blocking_region.hpp"
#include "current.hpp"
#include "group_ticket.hpp"
#include "parking/thread_parker.hpp"
#include "pool_state.hpp"
#include "worker.hpp"

namespace filch::inline v0::detail {

namespace {

[[noreturn]] void throw_awaited_twice() {
  throw usage_error("filch: two threads wait for the same task_group, or one of its own tasks does");
}

// A call, for else the compiler sees that it could do without a branch.
FILCH_COLD ring_index end_of(const fork_host::deque::owner_end& forks) noexcept { return forks.end(); }

}  // namespace

void group_core::attend(child_job& j, ring_index place) noexcept {
  if (!home_->attend(place)) {  // no room
    release();
    submit_child(j, unbounded_ticket(pool_));
  }
}

void group_core::release() noexcept { counter_.release(); }

job& displace_from_home(child_job& j) noexcept {
  j.group.release();
  return j.group.displace(j);
}

void group_core::submit(child_job& j) {
  // relaxed: see waited.
  waited_.store(false, std::memory_order_relaxed);
  fork_host* const host = current_host();
  if (host == nullptr || host != home_ || counter_.is_shared()) {
    return submit_elsewhere(j);
  }
  const bool awaited = host->job_base() == job_base_;
  if (awaited) {
    // relaxed: see near.
    near_base_.store(job_base_, std::memory_order_relaxed);
  }
  submit_at_home(*host, j, awaited);
}

void group_core::submit_elsewhere(child_job& j) {
  const ticket admission = unbounded_ticket(pool_);
  if (admission.inside) {
    counter_.add();
    submit_child(j, admission);
    return;
  }
  if (admission.status != submit_status::accepted) {
    throw_refused(admission.status);
  }
  auto* const t = make_in_block<group_ticket>(j);
  counter_.add();
  counter_.add();  // for this call: the group stays until the ticket is offered
  const bool accepted = detail::submit(pool_, *t, admission) == submit_status::accepted;
  if (accepted) {
    offer(*t);
  } else {
    t->drop_reference();
    t->drop_reference();
    finish();
  }
  finish();
  if (!accepted) {
    throw pool_closed();
  }
}

job& group_core::displace(job& j) noexcept {
  try {
    auto* const t = make_in_block<group_ticket>(j);
    counter_.add();  // for this call, as in submit
    offer(*t);
    finish();
    return *t;
  } catch (const std::bad_alloc&) {
    return j;  // still stealable; only its waiter cannot claim it
  }
}

// The caller counts as a job, so the group stays.
void group_core::offer(group_ticket& t) noexcept {
  static_cast<void>(tickets_.push(&t));  // a group's list is never closed
  done_.nudge();
}

void group_core::finish() noexcept {
  if (counter_.finish() == group_counter::finished::last_awaited) {
    done_.set();
  }
}

bool group_core::claim_one() noexcept {
  for (;;) {
    if (untried_ == nullptr && !tickets_.empty()) {
      untried_ = tickets_.drain();
    }
    if (untried_ == nullptr) {
      return false;
    }
    group_ticket* const t = std::exchange(untried_, untried_->next);
    if (t->use(pool_.discarding() ? job_op::discard : job_op::run)) {
      return true;
    }
  }
}

// All jobs have finished, so every ticket left was used from the queue.
void group_core::drop_tickets() noexcept {
  while (claim_one()) {
  }
}

class awaited_group final : public awaited {
 public:
  explicit awaited_group(group_core& g) noexcept : group_(g) {}

  void* identity() noexcept override { return &group_; }
  bool done() noexcept override { return group_.done_.is_set(); }
  bool claim_one() noexcept override { return group_.claim_one(); }
  bool claimable() noexcept override { return group_.untried_ != nullptr || !group_.tickets_.empty(); }
  latch& signal() noexcept override { return group_.done_; }
  std::optional<std::size_t> lineage_depth() const noexcept override {
    return group_.job_base_ != nullptr ? current_worker()->lineage_depth() : 0;
  }

 private:
  group_core& group_;
};

// The newest first, down to the oldest or to one that was stolen, for all older ones were stolen too then.
FILCH_INLINE void group_core::run_children(worker& home) noexcept {
  fork_host::deque::owner_end forks = home.forks().owner();
  std::uint32_t ran = 0;
  // Kept here: a load of the deque's own end would wait for the store of the pop before.
  ring_index end = forks.end();
  do {
    end = advance(end, -1);
    const fork_item item = forks.at(end);
    if (!forks.pop(end)) {
      break;
    }
    if (!item.is_child() || &item.child().group != this) {
      home.put_elsewhere(item);
    } else if (pool_.discarding()) {
      release();
      home.run_task(item.child());
    } else {
      item.child().act(item.child(), job_op::run_here);
      counter_.end_at_home();
      ++ran;
    }
    if (forks.end() != end) {
      end = end_of(forks);  // it was the last; or it has added children, or slept and moved some away
    }
  } while (counter_.at_home() != stolen_);
  if (counter_.finish_at_home() == group_counter::finished::last_awaited) {
    done_.set();
  }
  home.counters().children_run.add(ran);
}

void group_core::wait() {
  fork_host* const host = current_host();
  if (host == nullptr || host != home_) {
    wait_away();
  } else {
    if (running_children_) {
      throw_awaited_twice();
    }
    if (counter_.at_home() != stolen_) {
      running_children_ = true;
      run_children(*static_cast<worker*>(host));
      running_children_ = false;
      stolen_ = counter_.at_home();
    }
    // relaxed: see near.
    near_base_.store(nowhere(), std::memory_order_relaxed);
    if (!counter_.is_zero_at_home() || !tickets_.empty()) {
      wait_for_others();
    }
  }
  // relaxed: see waited.
  waited_.store(true, std::memory_order_relaxed);
}

// Not at home, or the thread has entered another pool since it was.
FILCH_COLD void group_core::wait_away() {
  worker* const mine = host_in(pool_);
  if (mine != nullptr && mine != current_host()) {
    const inside_scope back(pool_, mine);
    wait();
    return;
  }
  if (home_ != nullptr) {
    counter_.share();
  }
  wait_for_counted(mine);
  // relaxed: see near.
  near_base_.store(nowhere(), std::memory_order_relaxed);
}

FILCH_COLD void group_core::wait_for_others() {
  counter_.share_at_home();
  wait_for_counted(current_worker());
  counter_.unshare();
}

void group_core::wait_for_counted(worker* mine) {
  if (mine == nullptr) {
    static_cast<void>(thread_parker::mine());  // may throw, which the wait must not once it has begun
  }
  switch (counter_.begin_wait()) {
    case group_counter::waiting::somebody_waits:
      throw_awaited_twice();
    case group_counter::waiting::nothing_left:
      break;
    case group_counter::waiting::must_wait:
      if (mine != nullptr) {
        awaited_group a(*this);
        mine->wait_for(a);
      } else {
        sleep_until_set(done_);
      }
      done_.reset();
      break;
  }
  drop_tickets();
}

void group_core::cancel() noexcept {
  // relaxed: see cancelled().
  cancelled_.store(true, std::memory_order_relaxed);
  const std::lock_guard lock(stop_mutex_);
  stop_.request_stop();
}

std::stop_token group_core::stop_token() const {
  const std::lock_guard lock(stop_mutex_);
  if (!stop_.stop_possible()) {
    stop_ = std::stop_source();
    if (cancelled()) {
      stop_.request_stop();
    }
  }
  return stop_.get_token();
}

void group_core::keep_discarded() noexcept { errors_.keep(std::make_exception_ptr(task_cancelled())); }

}  // namespace filch::inline v0::detail
