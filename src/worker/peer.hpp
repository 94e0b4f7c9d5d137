// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/worker/fork_host.hpp>

#include "parking/activity.hpp"
#include "parking/parker.hpp"
#include "queues/hazard_flag.hpp"
#include "worker/guest_cpu.hpp"
#include "worker/lineage.hpp"
#include "worker/worker_counters.hpp"
#include "worker/worker_queues.hpp"

namespace filch::inline v0::detail {

/// What the other threads of a pool may touch of a worker: the queues that they steal from, the words that say whether
/// it is busy and what it descends from, and what wakes it. `worker` adds what only the worker's own thread may do.
class peer : public fork_host {
 public:
  peer(pool_state& pool, std::uint32_t index, role r)
      : fork_host(pool), activity_(r != role::guest), index_(index), role_(r) {}

  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] bool is(role r) const noexcept { return role_ == r; }
  [[nodiscard]] bool is_guest() const noexcept { return role_ == role::guest || role_ == role::lone_guest; }
  /// Whether other threads know it, and can steal from it.
  [[nodiscard]] bool is_listed() const noexcept { return role_ != role::lone_guest; }

  /// Everybody takes what a thief or a taker may take. Only the owner uses the owners' ends, by `local_queues`.
  [[nodiscard]] basic_queues<job>& queues() noexcept { return queues_; }
  /// One of a few inboxes for outside threads. `which` may be any number; a thread passes the same each time.
  [[nodiscard]] inbox<job>& in(std::size_t which) noexcept { return queues_.in.of(which); }

  // Ordered after all earlier seq_cst operations: whether something lies in its queues that somebody has to run, and
  // whether something does that a guest or a fork's owner runs itself in the end.
  [[nodiscard]] bool has_tasks() noexcept { return queues_.any(role_); }
  [[nodiscard]] bool has_own() noexcept { return !forks().thief().empty() || queues_.any_own(role_); }

  /// Written by the owner.
  [[nodiscard]] worker_counters& counters() noexcept { return counters_; }
  [[nodiscard]] activity& activity_word() noexcept { return activity_; }
  [[nodiscard]] lineage& descent() noexcept { return descent_; }
  /// Set by the owner while it reads the rings of others' queues.
  [[nodiscard]] hazard_flag& reading() noexcept { return reading_; }

  /// The only CPU on which its thread may run, or guest_cpu::none; a hint. Set before the worker's loop.
  // relaxed, both: a hint.
  [[nodiscard]] int cpu() const noexcept { return cpu_.load(std::memory_order_relaxed); }
  void bind_to(int cpu) noexcept { cpu_.store(cpu, std::memory_order_relaxed); }

  /// Owner: sleeps until another thread calls `wake`.
  void park() noexcept {
    counters_.parks.add();
    sleep_.park();
    counters_.wakes.add();
  }
  /// Ends the worker's sleep. The caller has taken the worker off the stack of sleepers.
  void wake() noexcept { sleep_.unpark(); }
  /// Asks that the worker's next fork look for sleepers.
  void request_poll() noexcept { forks().thief().request_poll(); }

  /// Owner: asks those who search for work to leave its forks alone for a moment. It is a hint, and only for them: who
  /// waits for one of the forks takes it at any time.
  // relaxed, all: a hint; a worker does not sleep beside forks, but looks again.
  void hold_forks_until(steady_clock::time_point t) noexcept {
    held_until_.store(t.time_since_epoch().count(), std::memory_order_relaxed);
  }
  void release_forks() noexcept { held_until_.store(0, std::memory_order_relaxed); }
  [[nodiscard]] bool are_forks_held() const noexcept {
    const auto until = held_until_.load(std::memory_order_relaxed);
    return until != 0 && steady_clock::now().time_since_epoch().count() < until;
  }

 private:
  basic_queues<job> queues_;
  lineage descent_;
  activity activity_;
  native_parker sleep_;
  worker_counters counters_;
  atomic<int> cpu_{guest_cpu::none};
  alignas(cache_line_size) atomic<steady_clock::rep> held_until_{0};
  hazard_flag reading_;
  const std::uint32_t index_;
  const role role_;
};

}  // namespace filch::inline v0::detail
