// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
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

// Start, drain, stop and end of a pool: docs/design/lifetime.md.

namespace filch::inline v0::detail {
namespace {

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

}  // namespace

void pool_state::start(thread_pool& owner, pool_options options) {
  count_forks();
  static_cast<void>(task_cancelled_to_copy());
  thread_count count = checked_count(options);
  auto* const state = new pool_state(owner, std::move(options), std::move(count));
  owner.state_ = state;
  state->is_default = is_being_made_as_default_pool(owner);
  try {
    state->start_threads();
  } catch (...) {
    state->close();
    if (state->is_default) {
      give_up_default_pool();
    }
    state->team_.begin_drain();
    state->join_threads();
    state->drop_reference();
    throw;
  }
}

pool_state::pool_state(thread_pool& owner, pool_options options, thread_count count)
    : team_({.workers = count.workers,
             .max_spares = checked_spares(options, count.workers),
             .spin = options.idle.spin,
             .takes_any = options.waiting == waiting::any},
            *this),
      options_(std::move(options)),
      reason_(std::move(count.reason)),
      sink_(new unhandled_sink(std::move(options_.on_unhandled_exception), options_.name)),
      owner_(&owner),
      // relaxed: see count_forks.
      fork_epoch_(fork_epoch.load(std::memory_order_relaxed)),
      serial_(next_serial()),
      bound_(options_.max_pending) {
  try {
    const std::size_t n = count.workers;
    std::vector<cpu_location> locations;
    if (options_.affinity != affinity::none) {
      cpus_ = allowed_cpus();
      for (std::size_t i = 0; i < n && !cpus_.empty(); ++i) {
        locations.push_back(location_of(cpu_of(i, n)));
      }
    }
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
  FILCH_ASSERT(is_balanced());
  sink_->drop_reference();
}

// All workers, guests and submitters have left, and this thread sees what they did.
bool pool_state::is_balanced() const noexcept {
  const pool_metrics m = metrics();
  std::uint64_t running = team::callers_type::count(team_.callers().read());
  for (std::size_t i = 0, n = team_.slots(); i < n; ++i) {
    running += team_.at(i).counters().tasks_running.get();
  }
  return running == 0 && m.tasks_started == m.tasks_completed && bound_.is_unused() && !team_.any_task() &&
         !team_.any_own_work();
}

void pool_state::check_open_to_shutdown(const char* what) const {
  if (is_default) {
    throw usage_error(std::string("filch: ") + what + " was called on default_pool(), which cannot be closed");
  }
}

void pool_state::close() noexcept {
  for (std::size_t i = 0; i < team_.size(); ++i) {
    team_.at(i).queues().in.close();
  }
  bound_.wake_waiters();
}

shutdown_report pool_state::shutdown(shutdown_mode mode) {
  check_open_to_shutdown("shutdown()");
  close();
  if (mode == shutdown_mode::discard) {
    team_.begin_discarding();
  }
  if (is_forked()) {
    return report(false);
  }
  team_.begin_drain();
  if (is_own_thread()) {
    return report(false);
  }
  join_threads();
  return report(true);
}

// A thread of another pool lends its core there, because tasks of this pool may wait for that pool. The system may
// refuse a spare to that pool meanwhile. Only the first of the two waits asks for it again.
void pool_state::join_threads() noexcept {
  if (innermost_scope() != nullptr) {
    static_cast<void>(team_.wait_until_stopped<waiting_region>(std::nullopt));
  }
  const blocking_region others_run;
  threads_.join();
}

shutdown_report pool_state::shutdown_until(steady_clock::time_point deadline) {
  check_open_to_shutdown("shutdown_for()");
  if (is_own_thread() || is_forked()) {
    return shutdown(shutdown_mode::drain);
  }
  references_.add();  // the destructor of a callable that is discarded here may destroy the pool
  const std::unique_ptr<pool_state, reference_dropper> until_here(this);
  close();
  team_.begin_drain();
  if (!team_.wait_until_stopped<waiting_region>(deadline)) {
    team_.begin_discarding();
    discard_queued();
  }
  if (!team_.stopping() || owner() == nullptr) {
    return report(false);
  }
  join_threads();
  return report(true);
}

void pool_state::discard_queued() noexcept {
  team_.callers().enter();
  {
    const inside_scope inside(*this, nullptr);
    discard_all();
  }
  team_.caller_leaves();
}

void pool_state::discard_all() noexcept {
  for (std::size_t i = 0, n = team_.slots(); i < n; ++i) {
    while (job* const j = take_for_discard(team_.at(i))) {
      discard_chain(j);
    }
  }
}

void pool_state::discard_chain(job* first) noexcept {
  while (first != nullptr) {
    job& j = *std::exchange(first, first->next);
    j.act(j, job_op::discard);
    // relaxed: a statistic.
    discarded_outside_.fetch_add(1, std::memory_order_relaxed);
  }
}

job* pool_state::take_for_discard(peer& from) noexcept {
  const std::lock_guard lock(discarders_);
  team_.discarder_reading().begin();
  job* const taken = from.queues().take_some();
  team_.discarder_reading().end();
  return taken;
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
    join_threads();
  }
  drop_reference();
}

void pool_state::drop_reference() noexcept {
  if (references_.drop()) {
    submitter::wait_until_none_is_in(this);
    delete this;
  }
}

shutdown_report pool_state::report(bool joined) const noexcept {
  const pool_metrics m = metrics();
  shutdown_report r;
  r.completed = static_cast<std::size_t>(m.tasks_completed);
  r.discarded = static_cast<std::size_t>(m.tasks_discarded);
  for (std::size_t i = 0, n = team_.slots(); i < n; ++i) {
    r.running += static_cast<std::size_t>(team_.at(i).counters().tasks_running.get());
  }
  r.running += static_cast<std::size_t>(team::callers_type::count(team_.callers().read()));
  r.unhandled = static_cast<std::size_t>(m.unhandled_exceptions);
  r.joined = joined;
  return r;
}

}  // namespace filch::inline v0::detail
