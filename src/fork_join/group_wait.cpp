// SPDX-License-Identifier: BSL-1.0
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/group_core.hpp>
#include <filch/errors.hpp>

#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"
#include "worker/worker.hpp"

// How a thread waits for a group, and what it runs meanwhile: docs/design/groups.md and waiting.md.

namespace filch::inline v0::detail {
namespace {

// This is a call, because the compiler would otherwise replace the branch by arithmetic.
FILCH_COLD ring_index end_of(const fork_host::deque::owner_end& forks) noexcept { return forks.end(); }

// A call of its own, so that the loop around it keeps its numbers in registers.
FILCH_COLD void discard(child_job& j, worker& owner) noexcept {
  j.group.release();
  owner.run_task(j);
}

}  // namespace

void group_core::refuse_wait() {
  // relaxed: see is_at_rest.
  was_refused_.store(true, std::memory_order_relaxed);
  throw usage_error("filch: two threads wait for the same task_group, or one of its own tasks does");
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
    } else if (pool_.team().discarding()) [[unlikely]] {
      discard(item.child(), owner);
    } else {
      item.child().run_here();
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

// Until the owner's wait is over, or for good, the count lacks nothing that the owner has counted.
void group_core::merge_count(bool is_owner) noexcept {
  if (is_owner) {
    counter_.suspend_bias();
  } else if (owner_ != nullptr) {
    counter_.revoke();
  }
}

void group_core::wait_for_jobs(worker* mine) {
  std::optional<parker_for_wait> outside;  // made before the wait begins: it may throw
  if (mine == nullptr) {
    outside.emplace();
  }
  const bool is_owner = mine != nullptr && mine == owner_;
  merge_count(is_owner);
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

// The timed wait runs nothing.
bool group_core::wait_until(steady_clock::time_point deadline) {
  const worker* const mine = host_in(pool_);
  const bool is_owner = mine != nullptr && mine == owner_;
  if (is_owner && running_children_) {
    refuse_wait();
  }
  const std::unique_lock sole(waiting_, std::try_to_lock);
  if (!sole) {
    refuse_wait();
  }
  const parker_for_wait parker;
  if (discards_for(pool_)) {
    drop_proxies();
  }
  merge_count(is_owner);
  const bool left_behind = is_left_behind(&pool_);
  bool finished = counter_.begin_wait() == group_counter::waiting::nothing_left;
  if (!finished) {
    finished = wait_for_signal_until(left_behind ? steady_clock::time_point{} : deadline, parker.get());
  }
  if (is_owner) {
    counter_.restore_bias();
  }
  if (!finished && left_behind) {
    throw_left_behind();
  }
  return finished;
}

// The caller is bound to wait for the signal, unless it takes that back.
bool group_core::wait_for_signal_until(steady_clock::time_point deadline, thread_parker& parker) noexcept {
  if (steady_clock::now() < deadline && done_.arm(parker)) {
    const waiting_region others_run;
    while (!done_.is_set() && others_run.park_until(parker, deadline)) {
    }
  }
  const bool given_up = counter_.cancel_wait();
  const bool signalled = !done_.disarm(parker);
  if (given_up) {
    return false;
  }
  if (!signalled) {
    sleep_until_set(done_, parker);  // the last job is about to
  }
  done_.reset();
  return true;
}

}  // namespace filch::inline v0::detail
