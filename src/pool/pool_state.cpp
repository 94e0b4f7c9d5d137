// SPDX-License-Identifier: BSL-1.0
#include "pool/pool_state.hpp"

#include <algorithm>

#include <filch/errors.hpp>

#include "worker/blocking_region.hpp"
#include "worker/current.hpp"

namespace filch::inline v0::detail {

constinit thread_local std::uint64_t serial_of_ended_loop = 0;

// relaxed, in the plain accessors below: each flag stands alone; where an order matters, the comment says so.

thread_pool* pool_state::owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

bool pool_state::is_inside() const noexcept {
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (&s->pool() == this && !is_forked()) {
      return true;
    }
  }
  return false;
}

bool pool_state::is_own_thread() const noexcept {
  return is_inside() || (serial_of_ended_loop == serial_ && !is_forked());
}

bool discards_for(const pool_state& pool) noexcept {
  return innermost_scope() != nullptr && host_in(pool) == nullptr && pool.is_inside();
}

bool pool_state::wait_idle(std::optional<steady_clock::time_point> deadline) {
  if (is_inside()) {
    throw usage_error("filch: wait_idle() was called by a task of the same pool, which would wait for itself");
  }
  if (is_forked()) {
    throw usage_error("filch: wait_idle() was called in a child of fork(), where the pool has no threads");
  }
  return team_.wait_until_quiescent<waiting_region>(deadline);
}

namespace {

// The queue entry of a task may not have been counted yet when its correction is.
std::uint64_t corrected(std::uint64_t counted, std::int64_t by) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(counted) + by));
}

}  // namespace

pool_metrics pool_state::metrics() const noexcept {
  pool_metrics sum;
  for (std::size_t i = 0, n = team_.slots(); i < n; ++i) {
    const worker_counters& c = team_.at(i).counters();
    // The completed tasks are read first, and are never more than the started ones: the two are read at different
    // moments, and in no order.
    const std::uint64_t completed = c.tasks_completed.get();
    const std::uint64_t children = c.children_run.get();
    sum.tasks_completed += completed + children;
    sum.tasks_started += std::max(completed, c.tasks_started.get()) + children;
    sum.tasks_discarded += c.tasks_discarded.get();
    sum.forks_stolen += c.forks_stolen.get();
    sum.tasks_stolen += c.tasks_stolen.get();
    sum.steals_lost += c.steals_lost.get();
    sum.parks += c.parks.get();
    sum.wakes += c.wakes.get();
    sum.waits += c.waits.get();
    sum.waits_idle += c.waits_idle.get();
    sum.waits_parked += c.waits_parked.get();
  }
  // relaxed, all: statistics.
  sum.spares = spares_.load(std::memory_order_relaxed);
  sum.tasks_discarded += discarded_outside_.load(std::memory_order_relaxed);
  const std::uint64_t by_lone_guests = completed_by_lone_guests_.load(std::memory_order_relaxed);
  sum.tasks_completed += by_lone_guests;
  sum.tasks_started += by_lone_guests;
  const auto uncalled = static_cast<std::int64_t>(uncalled_.load(std::memory_order_relaxed) -
                                                  discarded_tombstones_.load(std::memory_order_relaxed));
  sum.tasks_completed = corrected(sum.tasks_completed, -uncalled);
  sum.tasks_started = corrected(sum.tasks_started, -uncalled);
  sum.tasks_discarded = corrected(sum.tasks_discarded, uncalled);
  sum.unhandled_exceptions = sink_->count();
  return sum;
}

}  // namespace filch::inline v0::detail
