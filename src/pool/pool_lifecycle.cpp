// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include <filch/available_parallelism.hpp>
#include <filch/detail/base/assert.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/errors.hpp>
#include <filch/thread_pool.hpp>

#include "os/topology.hpp"
#include "pool/default_pool.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/submitter.hpp"

// Start, drain, stop and end of a pool: docs/design/lifetime.md. A pool ends in five steps:
// 1. `close`: the inboxes refuse what comes from outside, and submitters that wait for room are let go.
// 2. `begin_drain`: from now on every thread that becomes idle looks whether anything is left.
// 3. `stop`, by the thread that finds nothing left: the workers' loops end.
// 4. `join_threads`: their threads have called their hooks and have ended.
// 5. `drop_reference`: the last thread, guest or pool object to leave deletes the state.

namespace filch::inline v0::detail {
namespace {

void check_open_to_shutdown(const pool_state& pool, const char* what) {
  if (pool.is_default) {
    throw usage_error(std::string("filch: ") + what + " was called on default_pool(), which cannot be closed");
  }
}

thread_count checked_count(const pool_options& options) {
  thread_count count = resolve_thread_count(options.threads);
  if (count.workers > sleep_word::max_workers) {
    throw std::invalid_argument("filch: a pool has at most " + std::to_string(sleep_word::max_workers) +
                                " threads, not " + std::to_string(count.workers));
  }
  return count;
}

std::uint64_t next_serial() noexcept {
  constinit static atomic<std::uint64_t> last{0};
  // relaxed: numbers that are compared only.
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::size_t checked_spares(const pool_options& options, std::size_t workers) {
  if (options.max_spares && *options.max_spares > sleep_word::max_spares) {
    throw std::invalid_argument("filch: a pool has at most " + std::to_string(sleep_word::max_spares) +
                                " spares, not max_spares = " + std::to_string(*options.max_spares));
  }
  const std::size_t wanted = options.max_spares.value_or(std::max<std::size_t>(256, 4 * workers));
  return std::min(
      {wanted, sleep_word::max_spares, sleep_word::index_limit - workers - basic_extra_slots<worker>::max_guests});
}

// For the destructor: whether every task that was accepted has ended and been counted, and every permit was given back.
// All workers, guests and submitters have left, and this thread sees what they did.
[[maybe_unused]] bool is_balanced(const pool_state& pool) noexcept {
  const pool_metrics m = pool.metrics();
  const team& all = pool.team();
  return count_running(all) == 0 && m.tasks_started == m.tasks_completed && pool.bound().is_unused() &&
         !all.any_task() && !all.any_own_work();
}

// A thread of another pool lends its core there, because tasks of this pool may wait for that pool. The system may
// refuse a spare to that pool meanwhile. Only the first of the two waits asks for it again.
void join_threads(pool_state& pool) noexcept {
  if (innermost_scope() != nullptr) {
    static_cast<void>(pool.team().wait_until_stopped<waiting_region>(std::nullopt));
  }
  const blocking_region others_run;
  pool.threads().join();
}

shutdown_report report(const pool_state& pool, bool joined) noexcept {
  const pool_metrics m = pool.metrics();
  shutdown_report r;
  r.completed = static_cast<std::size_t>(m.tasks_completed);
  r.discarded = static_cast<std::size_t>(m.tasks_discarded);
  r.running = static_cast<std::size_t>(count_running(pool.team()));
  r.unhandled = static_cast<std::size_t>(m.unhandled_exceptions);
  r.joined = joined;
  return r;
}

struct reference_dropper {
  void operator()(pool_state* pool) const noexcept { pool->drop_reference(); }
};

}  // namespace

void pool_state::start(thread_pool& owner, pool_options options) {
  count_forks();
  static_cast<void>(task_cancelled_to_copy());
  thread_count count = checked_count(options);
  auto* const state = new pool_state(owner, std::move(options), std::move(count));
  owner.state_ = state;
  state->is_default = is_being_made_as_default_pool(owner);
  try {
    state->threads_.start_all();
  } catch (...) {
    state->close();
    if (state->is_default) {
      give_up_default_pool();
    }
    state->team_.begin_drain();
    join_threads(*state);
    state->drop_reference();
    throw;
  }
}

pool_state::pool_state(thread_pool& owner, pool_options options, thread_count count)
    : options_(std::move(options)),
      threads_(*this, team_, options_),
      team_({.workers = count.workers,
             .max_spares = checked_spares(options_, count.workers),
             .spin = options_.idle.spin,
             .takes_any = options_.waiting == waiting::any},
            threads_.spares()),
      reason_(std::move(count.reason)),
      sink_(new unhandled_sink(std::move(options_.on_unhandled_exception), options_.name)),
      owner_(&owner),
      // relaxed: see count_forks.
      fork_epoch_(fork_epoch.load(std::memory_order_relaxed)),
      serial_(next_serial()),
      bound_(options_.max_pending) {
  try {
    const std::size_t n = count.workers;
    const std::vector<cpu_location> locations = threads_.choose_cpus(n);
    for (std::size_t i = 0; i < n; ++i) {
      team_.add(std::make_unique<worker>(*this, team_, static_cast<std::uint32_t>(i), role::resident,
                                         locations.empty() ? victim_order() : victim_order(locations, i)));
    }
  } catch (...) {
    sink_->drop_reference();
    throw;
  }
}

pool_state::~pool_state() {
  FILCH_ASSERT(is_balanced(*this));
  sink_->drop_reference();
}

void pool_state::close() noexcept {
  for (std::size_t i = 0; i < team_.size(); ++i) {
    team_.at(i).queues().in.close();
  }
  bound_.wake_waiters();
}

shutdown_report pool_state::shutdown(shutdown_mode mode) {
  check_open_to_shutdown(*this, "shutdown()");
  close();
  if (mode == shutdown_mode::discard) {
    team_.begin_discarding();
  }
  if (is_forked()) {
    return report(*this, false);
  }
  team_.begin_drain();
  if (is_own_thread()) {
    return report(*this, false);
  }
  join_threads(*this);
  return report(*this, true);
}

shutdown_report pool_state::shutdown_until(steady_clock::time_point deadline) {
  check_open_to_shutdown(*this, "shutdown_for()");
  if (is_own_thread() || is_forked()) {
    return shutdown(shutdown_mode::drain);
  }
  references_.add();  // the destructor of a callable that is discarded here may destroy the pool
  const std::unique_ptr<pool_state, reference_dropper> until_here(this);
  close();
  team_.begin_drain();
  if (!team_.wait_until_stopped<waiting_region>(deadline)) {
    team_.begin_discarding();
    discards_.discard_queued();
  }
  if (!team_.stopping() || owner() == nullptr) {
    return report(*this, false);
  }
  join_threads(*this);
  return report(*this, true);
}

void pool_state::abandon() noexcept {
  if (is_forked()) {
    return;  // the threads are the parent's; what they would free is kept until this process ends
  }
  close();
  team_.begin_drain();
  if (is_own_thread()) {
    // relaxed: a task that still finds the pool races with its destructor either way.
    owner_.store(nullptr, std::memory_order_relaxed);
    threads_.detach();
  } else {
    join_threads(*this);
  }
  drop_reference();
}

void pool_state::drop_reference() noexcept {
  if (references_.drop()) {
    submitter::wait_until_none_is_in(this);
    delete this;
  }
}

}  // namespace filch::inline v0::detail
