// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string>

#include "os/topology.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"

// The threads of a pool: its workers, and spares (docs/design/guests-and-spares.md, "Spares").

namespace filch::inline v0::detail {

void pool_state::start_threads() {
  for (std::size_t started = 0; started < team_.size(); ++started) {
    try {
      start_thread(team_.at(started));
    } catch (...) {
      for (std::size_t i = started; i < team_.size(); ++i) {
        team_.at(i).activity_word().set_idle();  // for a drain, which waits for those that run
      }
      throw;
    }
  }
}

void pool_state::start_thread(worker& w) {
  references_.add();
  try {
    threads_.start(&thread_main, &w, options_.stack_size);
  } catch (...) {
    static_cast<void>(references_.drop());  // the caller has another
    throw;
  }
}

bool pool_state::provide_sleeper() noexcept {
  if (!team_.sleepers().needs_spare() || is_forked() || team_.stopping()) {
    return false;
  }
  if (is_spare_refused()) {
    return true;
  }
  const std::lock_guard lock(starting_spare_);
  worker* const spare = unstarted_spare();
  if (spare == nullptr || !team_.sleepers().needs_spare()) {
    return false;
  }
  spare->activity_word().set_busy();
  team_.end_blocking(*spare);
  // relaxed, both: a statistic.
  spares_.fetch_add(1, std::memory_order_relaxed);
  try {
    start_thread(*spare);
    unstarted_spare_ = nullptr;
    // relaxed: a hint.
    spare_refused_until_.store(0, std::memory_order_relaxed);
    return false;
  } catch (const std::exception&) {  // the system refuses; perhaps not for long
    spares_.fetch_sub(1, std::memory_order_relaxed);
    // relaxed: a hint.
    spare_refused_until_.store((steady_clock::now() + team::spare_retry).time_since_epoch().count(),
                               std::memory_order_relaxed);
    team_.set_idle(*spare);
    static_cast<void>(team_.sleepers().begin_blocking());
    return true;
  }
}

// A spare that has no thread yet. It is made if there is none, and its slot counts as idle. Null if there are too many
// spares, or no memory.
worker* pool_state::unstarted_spare() noexcept {
  if (unstarted_spare_ == nullptr) {
    unstarted_spare_ = team_.extra().add_spare([this](std::size_t i) {
      auto made = std::make_unique<worker>(*this, team_, static_cast<std::uint32_t>(team_.size() + i), role::spare);
      made->activity_word().set_idle();
      return made;
    });
  }
  return unstarted_spare_;
}

bool pool_state::is_spare_refused() const noexcept {
  // relaxed: a hint.
  const auto until = spare_refused_until_.load(std::memory_order_relaxed);
  return until != 0 && steady_clock::now().time_since_epoch().count() < until;
}

void pool_state::thread_main(void* p) noexcept {
  auto& w = *static_cast<worker*>(p);
  pool_state& pool = w.pool();
  {
    const inside_scope inside(pool, &w);
    pool.set_up_thread(w.index());
    w.run_hook([&] { pool.call_hook(pool.options_.on_thread_start, w.index()); });
    w.bind_to(only_allowed_cpu());
    w.loop();
    if (w.has_left_pool()) {
      return;
    }
    if (pool.options_.on_thread_stop) {
      w.activity_word().set_busy();
      w.run_hook([&] { pool.call_hook(pool.options_.on_thread_stop, w.index()); });
      w.run_rest();
      w.activity_word().set_idle();
      pool.team_.on_idle();
    }
  }
  serial_of_ended_loop = pool.serial_;
  pool.drop_reference();
}

void pool_state::set_up_thread(std::uint32_t index) noexcept {
  try {
    std::string number = "-";
    number += std::to_string(index);  // "-" + to_string: a false -Wrestrict of g++ 12 at -O3
    name_this_thread(options_.name, number);
  } catch (const std::bad_alloc&) {  // then it has no name
  }
  if (!cpus_.empty()) {
    if (index >= team_.size()) {  // a spare, which would have got its starter's
      bind_this_thread(cpus_);
      return;
    }
    const int cpu = cpu_of(index, team_.size());
    bind_this_thread(std::span(&cpu, 1));
  }
}

int pool_state::cpu_of(std::size_t index, std::size_t workers) const noexcept {
  const std::size_t position = options_.affinity == affinity::compact ? index : index * cpus_.size() / workers;
  return cpus_[position % cpus_.size()];
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

}  // namespace filch::inline v0::detail
