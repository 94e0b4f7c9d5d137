// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <filch/available_parallelism.hpp>
#include <filch/detail/submit.hpp>
#include <filch/errors.hpp>

#include "current.hpp"
#include "pool_state.hpp"
#include "topology.hpp"

// Start, drain, stop and end of a pool: docs/design/lifetime.md.

namespace filch::inline v0::detail {
namespace {

thread_count checked_count(const pool_options& options) {
  thread_count count = resolve_thread_count(options.threads);
  if (count.workers > worker_sleepers::max_count) {
    throw std::invalid_argument("filch: a pool has at most " + std::to_string(worker_sleepers::max_count) +
                                " threads, not " + std::to_string(count.workers));
  }
  return count;
}

}  // namespace

pool_state* pool_state::start(thread_pool& owner, pool_options options) {
  count_forks();
  thread_count count = checked_count(options);
  auto* const state = new pool_state(owner, std::move(options), std::move(count));
  try {
    state->start_threads();
  } catch (...) {
    state->stop();
    state->join_threads();
    state->drop_reference();
    throw;
  }
  return state;
}

pool_state::pool_state(thread_pool& owner, pool_options options, thread_count count)
    : basic_coordination(count.workers),
      options_(std::move(options)),
      reason_(std::move(count.reason)),
      sink_(new unhandled_sink(std::move(options_.on_unhandled_exception))),
      bound_(options_.max_pending),
      owner_(&owner),
      spin_(options_.idle.spin.count()),
      // relaxed: see count_forks.
      fork_epoch_(fork_epoch.load(std::memory_order_relaxed)) {
  try {
    const std::size_t n = count.workers;
    workers_.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      workers_.push_back(std::make_unique<worker>(*this, static_cast<std::uint32_t>(i), role::resident));
    }
    // More searchers than half of what can run at once only take the CPU from workers that have work.
    search_cap_ = static_cast<std::uint32_t>((std::min(n, available_parallelism()) + 1) / 2);
    if (options_.affinity != affinity::none) {
      cpus_ = allowed_cpus();
    }
  } catch (...) {
    sink_->drop_reference();
    throw;
  }
}

pool_state::~pool_state() { sink_->drop_reference(); }

void pool_state::start_threads() {
  const std::lock_guard lock(joining_);
  threads_.reserve(size());
  for (const auto& w : workers_) {
    references_.add();
    try {
      threads_.emplace_back(&thread_main, w.get(), options_.stack_size);
    } catch (...) {
      static_cast<void>(references_.drop());  // the caller has another
      throw;
    }
  }
}

void pool_state::thread_main(void* p) noexcept {
  auto& w = *static_cast<worker*>(p);
  pool_state& pool = w.pool();
  this_thread_host = &w;
  pool.set_up_thread(w.index());
  pool.call_hook(pool.options_.on_thread_start, w.index());
  w.loop();
  pool.call_hook(pool.options_.on_thread_stop, w.index());
  this_thread_host = nullptr;
  pool.drop_reference();
}

void pool_state::set_up_thread(std::uint32_t index) noexcept {
  try {
    std::string name = options_.name;
    name.append(1, '-').append(std::to_string(index));
    name_this_thread(name);
  } catch (const std::bad_alloc&) {  // then it has no name
  }
  if (!cpus_.empty()) {
    const std::size_t place = options_.affinity == affinity::compact ? index : index * cpus_.size() / size();
    bind_this_thread(cpus_[place % cpus_.size()]);
  }
}

template <class Hook>
void pool_state::call_hook(const Hook& h, std::size_t index) noexcept {
  if (h) {
    try {
      h(index);
    } catch (...) {
      sink_->report(std::current_exception());
    }
  }
}

void pool_state::check_open_to_shutdown(const char* what) const {
  if (permanent) {
    throw usage_error(std::string("filch: ") + what + " was called on default_pool(), which cannot be closed");
  }
}

void pool_state::close() noexcept {
  for (const auto& w : workers_) {
    w->in().close();
  }
  bound_.wake_waiters();
}

shutdown_report pool_state::shutdown(shutdown_mode mode) {
  check_open_to_shutdown("shutdown()");
  close();
  if (mode == shutdown_mode::discard) {
    // relaxed: each task is run or discarded by what its worker happens to read.
    discarding_.store(true, std::memory_order_relaxed);
  }
  if (is_forked()) {
    return report(false);
  }
  begin_drain();
  if (is_inside()) {
    return report(false);
  }
  join_threads();
  return report(true);
}

shutdown_report pool_state::shutdown_for(std::chrono::nanoseconds limit) {
  using clock = std::chrono::steady_clock;
  check_open_to_shutdown("shutdown_for()");
  if (is_inside() || is_forked()) {
    return shutdown(shutdown_mode::drain);
  }
  const clock::time_point deadline = clock::now() + std::min(limit, std::chrono::nanoseconds(std::chrono::years(10)));
  close();
  begin_drain();
  if (!wait_until_stopped(deadline)) {
    // relaxed: as in shutdown.
    discarding_.store(true, std::memory_order_relaxed);
    discard_queued();
  }
  if (!stopping()) {
    return report(false);
  }
  join_threads();
  return report(true);
}

void pool_state::discard_queued() noexcept {
  const in_place_scope acting(*this);
  for (std::size_t i = 0, n = places(); i < n; ++i) {
    while (job* j = at(i).take_for_discard()) {
      while (j != nullptr) {
        job* const next = j->next;
        j->act(*j, job_op::discard);
        // relaxed: a statistic.
        discarded_outside_.fetch_add(1, std::memory_order_relaxed);
        j = next;
      }
    }
  }
}

void pool_state::join_threads() noexcept {
  const std::lock_guard lock(joining_);
  for (native_thread& t : threads_) {
    t.join();
  }
  threads_.clear();
}

void pool_state::abandon() noexcept {
  if (is_forked()) {
    return;  // the threads are the parent's; what they would free is left to this process's end
  }
  close();
  begin_drain();
  if (is_inside()) {
    // relaxed: a task that still finds the pool races with its destructor either way.
    owner_.store(nullptr, std::memory_order_relaxed);
    const std::lock_guard lock(joining_);
    for (native_thread& t : threads_) {
      t.detach();
    }
    threads_.clear();
  } else {
    join_threads();
  }
  drop_reference();
}

void pool_state::drop_reference() noexcept {
  if (references_.drop()) {
    delete this;
  }
}

shutdown_report pool_state::report(bool joined) const noexcept {
  const pool_metrics m = metrics();
  shutdown_report r;
  r.completed = static_cast<std::size_t>(m.tasks_completed);
  r.discarded = static_cast<std::size_t>(m.tasks_discarded);
  for (std::size_t i = 0, n = places(); i < n; ++i) {
    r.running += static_cast<std::size_t>(at(i).counters().tasks_running.get());
  }
  r.unhandled = static_cast<std::size_t>(m.unhandled_exceptions);
  r.joined = joined;
  return r;
}

}  // namespace filch::inline v0::detail
