// SPDX-License-Identifier: BSL-1.0
#include <mutex>

#include <filch/detail/fork_join/group_core.hpp>

#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/left_behind.hpp"
#include "worker/worker.hpp"

// The timed wait for a group. Its untimed waits are in group_core.cpp.

namespace filch::inline v0::detail {

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
  if (is_owner) {
    counter_.suspend_bias();
  } else if (owner_ != nullptr) {
    counter_.revoke();
  }
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
