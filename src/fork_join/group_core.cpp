// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/group_core.hpp>

#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/errors.hpp>

#include "fork_join/group_proxy.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"
#include "worker/push_and_wake.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {

void group_core::acknowledge(child_job& j, ring_index index) noexcept {
  if (!owner_->acknowledge(index)) {  // no room
    release();
    push_child_and_wake(*static_cast<worker*>(owner_), j);
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
    push_child_and_wake(*admission.queue, j);
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
