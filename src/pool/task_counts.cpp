// SPDX-License-Identifier: BSL-1.0
#include "pool/task_counts.hpp"

#include <algorithm>
#include <cstddef>

#include "worker/team.hpp"
#include "worker/worker_counters.hpp"

namespace filch::inline v0::detail {
namespace {

// The queue entry of a task may not have been counted yet when its correction is.
std::uint64_t corrected(std::uint64_t counted, std::int64_t by) noexcept {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, static_cast<std::int64_t>(counted) + by));
}

}  // namespace

void task_counts::add_lone_guest(const worker_counters& c) noexcept {
  // relaxed, both: statistics.
  completed_by_lone_guests_.fetch_add(c.tasks_completed.get() + c.children_run.get(), std::memory_order_relaxed);
  discarded_outside_.fetch_add(c.tasks_discarded.get(), std::memory_order_relaxed);
}

pool_metrics task_counts::sum(const team& t) const noexcept {
  pool_metrics sum;
  for (std::size_t i = 0, n = t.slots(); i < n; ++i) {
    const worker_counters& c = t.at(i).counters();
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
  return sum;
}

std::uint64_t count_running(const team& t) noexcept {
  std::uint64_t running = team::callers_type::count(t.callers().read());
  for (std::size_t i = 0, n = t.slots(); i < n; ++i) {
    running += t.at(i).counters().tasks_running.get();
  }
  return running;
}

}  // namespace filch::inline v0::detail
