// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/group_core.hpp>

#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/errors.hpp>

#include "fork_join/group_proxy.hpp"
#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {

namespace {

// This is a call, because the compiler would otherwise replace the branch by arithmetic.
FILCH_COLD ring_index end_of(const fork_host::deque::owner_end& forks) noexcept { return forks.end(); }

}  // namespace

void group_core::refuse_wait() {
  // relaxed: see is_at_rest.
  was_refused_.store(true, std::memory_order_relaxed);
  throw usage_error("filch: two threads wait for the same task_group, or one of its own tasks does");
}

void group_core::acknowledge(child_job& j, ring_index index) noexcept {
  if (!owner_->acknowledge(index)) {  // no room
    release();
    submit_child(j, {.inside = true, .queue = static_cast<worker*>(owner_)});
  }
}

void group_core::release() noexcept { counter_.release(); }

void count_uncalled() noexcept { acting_pool()->counts().add_uncalled(); }

job& hand_over_child(child_job& j) noexcept {
  j.group.release();
  return j.group.hand_over(j);
}

void group_core::submit(child_job& j) {
  if (errors_.any()) {
    errors_.begin_round();
  }
  fork_host* const host = current_host();
  if (host == nullptr || host != owner_ || counter_.is_revoked()) {
    return submit_elsewhere(j);
  }
  const bool awaited = host->job_base() == job_base_;
  if (awaited) {
    // relaxed: see biased_owner.
    biased_base_.store(job_base_, std::memory_order_relaxed);
  }
  submit_biased(*host, j, awaited);
}

void group_core::submit_elsewhere(child_job& j) {
  const admission admission = admit_unbounded(pool_);
  if (admission.inside) {
    counter_.add();
    submit_child(j, admission);
    return;
  }
  if (admission.status != submit_status::accepted) {
    throw_refused(admission.status);
  }
  auto* const proxy = make_in_block<group_proxy>(j);
  counter_.add();
  counter_.add();  // for this call: the group stays until the proxy is offered
  const bool accepted = detail::submit(pool_, *proxy, admission) == submit_status::accepted;
  if (accepted) {
    offer(*proxy);
  } else {
    proxy->drop_reference();
    proxy->drop_reference();
    finish();
  }
  finish();
  if (!accepted) {
    throw pool_closed();
  }
}

job& group_core::hand_over(job& j) noexcept {
  try {
    auto* const proxy = make_in_block<group_proxy>(j);
    counter_.add();  // for this call, as in submit
    offer(*proxy);
    finish();
    return *proxy;
  } catch (const std::bad_alloc&) {
    return j;  // still stealable; only its waiter cannot claim it
  }
}

// The caller counts as a job, so the group exists until it returns.
void group_core::offer(group_proxy& proxy) noexcept {
  static_cast<void>(proxies_.push(&proxy));  // a group's list is never closed
  done_.nudge();
  // relaxed, both: a count that only says when to tidy up.
  if (listed_proxies_.fetch_add(1, std::memory_order_relaxed) >= tidy_at_.load(std::memory_order_relaxed)) {
    drop_used_proxies();
  }
}

// Proxies whose jobs were run from their queues would stay until somebody waits. The caller counts as a job.
FILCH_COLD void group_core::drop_used_proxies() noexcept {
  const std::unique_lock one_at_a_time(tidying_, std::try_to_lock);
  if (!one_at_a_time) {
    return;
  }
  group_proxy* newest = nullptr;
  group_proxy* oldest = nullptr;
  std::size_t kept = 0;
  group_proxy* next = nullptr;
  for (group_proxy* proxy = proxies_.drain(); proxy != nullptr; proxy = next) {
    next = proxy->next;
    if (proxy->is_used()) {
      proxy->drop_reference();
      continue;
    }
    (newest == nullptr ? newest : oldest->next) = proxy;
    oldest = proxy;
    ++kept;
  }
  if (newest != nullptr) {
    static_cast<void>(proxies_.push_chain(newest, oldest));
    done_.nudge();  // a waiter that found the list empty meanwhile looks again
  }
  // relaxed, both: see offer.
  listed_proxies_.store(kept, std::memory_order_relaxed);
  tidy_at_.store(2 * kept + few_proxies, std::memory_order_relaxed);
}

void group_core::finish() noexcept {
  if (counter_.finish() == group_counter::finished::last_awaited) {
    done_.set();
  }
}

bool group_core::claim_one() noexcept {
  for (;;) {
    if (untried_ == nullptr && !proxies_.empty()) {
      untried_ = proxies_.drain();
    }
    if (untried_ == nullptr) {
      return false;
    }
    group_proxy* const proxy = std::exchange(untried_, untried_->next);
    // As long as the job is nobody's the pool lives. When all have ended, and only proxies are left, it may be gone.
    const bool discards = !proxy->is_used() && pool_.team().discarding();
    if (proxy->use(discards ? job_op::discard : job_op::run)) {
      if (discards) {
        pool_.counts().add_uncalled();  // its proxy is counted when it leaves the queue
      }
      return true;
    }
  }
}

// Either all jobs have finished, so that every proxy that is left was used from the queue. Or the thread discards
// tasks of the pool. It then discards those that nobody has started, because it may hold some of these itself.
void group_core::drop_proxies() noexcept {
  while (claim_one()) {
  }
}

class awaited_group final : public awaited {
 public:
  explicit awaited_group(group_core& g) noexcept : group_(g) {}

  void* identity() noexcept override { return &group_; }
  bool done() noexcept override { return group_.done_.is_set(); }
  bool claim_one() noexcept override { return group_.claim_one(); }
  bool claimable() noexcept override { return group_.untried_ != nullptr || !group_.proxies_.empty(); }
  latch& signal() noexcept override { return group_.done_; }
  std::optional<std::size_t> lineage_depth() const noexcept override {
    return group_.job_base_ != nullptr ? current_worker()->descent().depth() : 0;
  }

 private:
  group_core& group_;
};

// Runs the newest first, down to the oldest, or to one that was stolen: then all older ones were stolen too.
FILCH_INLINE void group_core::run_children(worker& owner) noexcept {
  fork_host::deque::owner_end forks = owner.forks().owner();
  std::uint32_t ran = 0;
  // The end is kept here, because a load of the deque's own end would wait for the store of the last pop.
  ring_index end = forks.end();
  do {
    end = advance(end, -1);
    const fork_item item = forks.at(end);
    if (!forks.pop(end)) {
      break;
    }
    if (!item.is_child() || &item.child().group != this) {
      owner.hand_over(item);
    } else if (pool_.team().discarding()) {
      release();
      owner.run_task(item.child());
    } else {
      item.child().act(item.child(), job_op::run_here);
      counter_.end_biased();
      ++ran;
    }
    if (forks.end() != end) {
      end = end_of(forks);  // it was the last; or it has added children, or slept and moved some away
    }
  } while (counter_.biased() != stolen_);
  if (counter_.finish_biased() == group_counter::finished::last_awaited) {
    done_.set();
  }
  owner.counters().children_run.add(ran);
}

// Owner: runs its children of this group. A wait that a child of the group calls is one too many.
void group_core::run_biased_children(worker& owner) {
  if (running_children_) {
    refuse_wait();
  }
  if (counter_.biased() != stolen_) {
    running_children_ = true;
    run_children(owner);
    running_children_ = false;
    stolen_ = counter_.biased();
  }
  // relaxed: see biased_owner.
  biased_base_.store(nowhere(), std::memory_order_relaxed);
}

void group_core::wait() {
  fork_host* const host = current_host();
  if (host == nullptr || host != owner_) {
    worker* const mine = host_in(pool_);
    if (mine == nullptr || mine == host) {
      return wait_away(mine);
    }
    const inside_scope back(pool_, mine);  // the thread has entered another pool since
    return wait();
  }
  run_biased_children(*static_cast<worker*>(host));
  if (!counter_.is_zero_for_owner() || !proxies_.empty()) {
    return wait_away(current_worker());
  }
  end_round();
}

// Waits for jobs that other threads run.
FILCH_COLD void group_core::wait_away(worker* mine) {
  const std::unique_lock sole(waiting_, std::try_to_lock);
  if (!sole) {
    refuse_wait();
  }
  if (discards_for(pool_)) {
    drop_proxies();
  }
  wait_for_jobs(mine);
  end_round();
}

// The child process has this thread and, if it is a worker or guest, what lies in its own queue. The rest is the
// parent's.
FILCH_COLD void group_core::wait_in_child() {
  worker* const here = current_worker();
  if (here != nullptr && here->has_left_pool() && &here->pool() == &pool_) {
    awaited_group a(*this);
    here->waits().run_what_was_left_of(a);
  }
  if (!done_.is_set()) {
    throw_left_behind();
  }
}

FILCH_COLD void group_core::wait_to_destroy() noexcept {
  worker* const mine = host_in(pool_);
  const bool discards = discards_for(pool_);
  const inside_scope back(pool_, mine);
  if (mine != nullptr && mine == owner_ && !running_children_) {
    run_biased_children(*mine);
  }
  if (is_left_behind(&pool_)) {
    return;  // only the parent could run the rest
  }
  const auto sole = [this] {
    const blocking_region others_run;  // another thread's wait may last
    return std::unique_lock(waiting_);
  }();
  if (discards) {
    drop_proxies();
  }
  wait_for_jobs(mine);
}

void group_core::wait_for_jobs(worker* mine) {
  std::optional<parker_for_wait> outside;  // made before the wait begins: it may throw
  if (mine == nullptr) {
    outside.emplace();
  }
  const bool is_owner = mine != nullptr && mine == owner_;
  if (is_owner) {
    counter_.suspend_bias();
  } else if (owner_ != nullptr) {
    counter_.revoke();
  }
  if (counter_.begin_wait() == group_counter::waiting::must_wait) {
    if (is_left_behind(&pool_)) {
      wait_in_child();
    } else if (mine != nullptr) {
      awaited_group a(*this);
      mine->waits().wait_for(a);
    } else {
      sleep_until_set(done_, outside->get());
    }
    done_.reset();
  }
  drop_proxies();
  if (is_owner) {
    counter_.restore_bias();
  }
  // relaxed: see biased_owner.
  biased_base_.store(nowhere(), std::memory_order_relaxed);
}

void group_core::end_round() {
  if (cancelled()) {
    const std::lock_guard lock(stop_mutex_);
    // relaxed: see cancelled().
    cancelled_.store(false, std::memory_order_relaxed);
    stop_ = std::stop_source(std::nostopstate);
  }
  if (errors_.any()) {
    if (const std::exception_ptr error = errors_.end_round()) {
      std::rethrow_exception(error);
    }
  }
}

// The callbacks of the token are user code, so they run without the lock.
void group_core::cancel() noexcept {
  std::stop_source stop(std::nostopstate);
  {
    const std::lock_guard lock(stop_mutex_);
    // relaxed: see cancelled().
    cancelled_.store(true, std::memory_order_relaxed);
    stop = stop_;
  }
  stop.request_stop();
}

std::stop_token group_core::stop_token() const {
  if (is_left_behind(&pool_)) {
    return {};
  }
  const std::lock_guard lock(stop_mutex_);
  if (!stop_.stop_possible()) {
    stop_ = std::stop_source();
    if (cancelled()) {
      stop_.request_stop();
    }
  }
  return stop_.get_token();
}

void group_core::keep_discarded() noexcept { errors_.keep(std::make_exception_ptr(task_cancelled_to_copy())); }

}  // namespace filch::inline v0::detail
