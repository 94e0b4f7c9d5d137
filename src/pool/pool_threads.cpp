// SPDX-License-Identifier: BSL-1.0
#include "pool/pool_threads.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <span>
#include <string>

#include "os/topology.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"

namespace filch::inline v0::detail {

constinit thread_local std::uint64_t serial_of_ended_loop = 0;

std::vector<cpu_location> pool_threads::choose_cpus(std::size_t workers) {
  std::vector<cpu_location> locations;
  if (options_.affinity != affinity::none) {
    cpus_ = allowed_cpus();
    for (std::size_t i = 0; i < workers && !cpus_.empty(); ++i) {
      locations.push_back(location_of(cpu_of(i, workers)));
    }
  }
  return locations;
}

void pool_threads::start_all() {
  for (std::size_t started = 0; started < team_.size(); ++started) {
    try {
      start(team_.at(started));
    } catch (...) {
      for (std::size_t i = started; i < team_.size(); ++i) {
        team_.at(i).activity_word().set_idle();  // for a drain, which waits for those that run
      }
      throw;
    }
  }
}

void pool_threads::start(worker& w) {
  pool_.add_reference();
  try {
    threads_.start(&thread_main, &w, options_.stack_size);
  } catch (...) {
    pool_.drop_reference();  // the caller has another
    throw;
  }
}

bool pool_threads::provide_sleeper() noexcept {
  if (!team_.sleepers().needs_spare() || pool_.is_forked() || team_.stopping()) {
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
  pool_.counts().add_spare();
  try {
    start(*spare);
    unstarted_spare_ = nullptr;
    // relaxed: a hint.
    spare_refused_until_.store(0, std::memory_order_relaxed);
    return false;
  } catch (const std::exception&) {  // the system refuses; perhaps not for long
    pool_.counts().remove_spare();
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
worker* pool_threads::unstarted_spare() noexcept {
  if (unstarted_spare_ == nullptr) {
    unstarted_spare_ = team_.extra().add_spare([this](std::size_t i) {
      auto made = std::make_unique<worker>(pool_, team_, static_cast<std::uint32_t>(team_.size() + i), role::spare);
      made->activity_word().set_idle();
      return made;
    });
  }
  return unstarted_spare_;
}

bool pool_threads::is_spare_refused() const noexcept {
  // relaxed: a hint.
  const auto until = spare_refused_until_.load(std::memory_order_relaxed);
  return until != 0 && steady_clock::now().time_since_epoch().count() < until;
}

void pool_threads::thread_main(void* p) noexcept {
  auto& w = *static_cast<worker*>(p);
  w.pool().threads().run(w);
}

void pool_threads::run(worker& w) noexcept {
  {
    const inside_scope inside(pool_, &w);
    set_up(w.index());
    w.run_hook([&] { call_hook(options_.on_thread_start, w.index()); });
    w.bind_to(only_allowed_cpu());
    w.loop();
    if (w.has_left_pool()) {
      return;
    }
    if (options_.on_thread_stop) {
      w.activity_word().set_busy();
      w.run_hook([&] { call_hook(options_.on_thread_stop, w.index()); });
      w.run_rest();
      w.activity_word().set_idle();
      team_.on_idle();
    }
  }
  serial_of_ended_loop = pool_.serial();
  pool_.drop_reference();
}

void pool_threads::set_up(std::uint32_t index) noexcept {
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

int pool_threads::cpu_of(std::size_t index, std::size_t workers) const noexcept {
  const std::size_t position = options_.affinity == affinity::compact ? index : index * cpus_.size() / workers;
  return cpus_[position % cpus_.size()];
}

template <class Hook>
void pool_threads::call_hook(const Hook& h, std::size_t index) noexcept {
  if (h) {
    try {
      h(index);
    } catch (...) {
      pool_.sink().report(std::current_exception());
    }
  }
}

}  // namespace filch::inline v0::detail
