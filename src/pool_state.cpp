// SPDX-License-Identifier: BSL-1.0
#include "pool_state.hpp"

#include <algorithm>

#include <filch/errors.hpp>

#include "current.hpp"

namespace filch::inline v0::detail {

// relaxed, in the plain accessors below: each flag stands alone; where an order matters, the comment says so.

thread_pool* pool_state::owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

bool pool_state::is_inside() const noexcept {
  const worker* const w = this_thread_worker;
  return w != nullptr && &w->pool() == this;
}

std::chrono::nanoseconds pool_state::spin() const noexcept {
  return std::chrono::nanoseconds{spin_.load(std::memory_order_relaxed)};
}

void pool_state::set_spin(std::chrono::nanoseconds spin) noexcept {
  spin_.store(spin.count(), std::memory_order_relaxed);
}

bool pool_state::discarding() const noexcept { return discarding_.load(std::memory_order_relaxed); }

bool pool_state::stopping() const noexcept {
  // [H1] seq_cst: a worker that announced its sleep sees the flag of whoever did not see it asleep. Pairs with [H2].
  return stopping_.load(std::memory_order_seq_cst);
}

void pool_state::stop() noexcept {
  // [H2] seq_cst: before the look for sleepers [S7]. Pairs with [H1].
  stopping_.store(true, std::memory_order_seq_cst);
  wake_all();
}

void pool_state::wake_one() noexcept {
  if (const auto sleeper = sleepers_.wake_one()) {
    at(*sleeper).wake();
  }
}

void pool_state::wake_one_unordered() noexcept {
  if (const auto sleeper = sleepers_.wake_one_unordered()) {
    at(*sleeper).wake();
  }
}

void pool_state::wake_all() noexcept {
  while (const auto sleeper = sleepers_.wake_any()) {
    at(*sleeper).wake();
  }
}

bool pool_state::any_work() const noexcept {
  return std::any_of(workers_.begin(), workers_.end(), [](const auto& w) { return w->has_work(); });
}

// The double collect of docs/design/lifetime.md, "Idle".
bool pool_state::quiescent() const noexcept {
  const auto collect = [this](std::uint64_t& sum) {
    sum = in_place_.read();
    bool idle = !callers::any(sum);
    for (const auto& w : workers_) {
      const std::uint64_t v = w->activity_word().read();
      idle = idle && !activity::is_busy(v);
      sum += v;
    }
    return idle;
  };
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  return collect(before) && !any_work() && collect(after) && before == after;
}

void pool_state::on_idle() noexcept {
  // [H3] seq_cst: after the step to idle [A2]: either this sees the drain, or the drain's collect sees the step.
  // Pairs with [H4].
  const bool draining = draining_.load(std::memory_order_seq_cst);
  if ((draining || idle_.has_waiters()) && quiescent()) {
    if (draining) {
      stop();
    }
    idle_.notify_all();
  }
}

void pool_state::wait_idle() {
  if (is_inside()) {
    throw usage_error("filch: wait_idle() was called by a task of the same pool, which would wait for itself");
  }
  if (is_forked()) {
    throw usage_error("filch: wait_idle() was called in a child of fork(), where the pool has no threads");
  }
  for (;;) {
    const auto key = idle_.announce();
    if (quiescent()) {
      idle_.cancel();
      return;
    }
    idle_.wait(key);
  }
}

pool_metrics pool_state::metrics() const noexcept {
  pool_metrics sum;
  for (const auto& w : workers_) {
    const worker_counters& c = w->counters();
    // Completed first, and never more than started: the two are read at different moments, and without order.
    const std::uint64_t completed = c.tasks_completed.get();
    sum.tasks_completed += completed;
    sum.tasks_started += std::max(completed, c.tasks_started.get());
    sum.tasks_discarded += c.tasks_discarded.get();
    sum.forks_stolen += c.forks_stolen.get();
    sum.tasks_stolen += c.tasks_stolen.get();
    sum.steals_lost += c.steals_lost.get();
    sum.parks += c.parks.get();
    sum.wakes += c.wakes.get();
    sum.waits_parked += c.waits_parked.get();
  }
  // relaxed: a statistic.
  sum.tasks_discarded += discarded_outside_.load(std::memory_order_relaxed);
  sum.unhandled_exceptions = sink_->count();
  return sum;
}

}  // namespace filch::inline v0::detail
