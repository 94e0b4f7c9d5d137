// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/metrics.hpp>

namespace filch::inline v0::detail {

class team;
struct worker_counters;

/// What became of the tasks of a pool, beside what its workers and guests count themselves (worker_counters).
///
/// Each task is counted where its entry leaves the queues, as completed or as discarded. Two kinds are not what their
/// entry says: what was cancelled, and whose entry is then run to no effect; and what somebody claimed and ran, before
/// its entry was discarded.
class task_counts {
 public:
  // relaxed, all: statistics.
  /// An entry was run to no effect, or is yet to be: its task was cancelled.
  void add_uncalled() noexcept { uncalled_.fetch_add(1, std::memory_order_relaxed); }
  /// An entry was discarded, or is yet to be, whose task has been run.
  void add_discarded_tombstone() noexcept { discarded_tombstones_.fetch_add(1, std::memory_order_relaxed); }
  /// A thread that is no worker has discarded an entry.
  void add_discarded_outside() noexcept { discarded_outside_.fetch_add(1, std::memory_order_relaxed); }
  /// A lone guest leaves, and its counters go with it.
  void add_lone_guest(const worker_counters& c) noexcept;
  void add_spare() noexcept { spares_.fetch_add(1, std::memory_order_relaxed); }
  void remove_spare() noexcept { spares_.fetch_sub(1, std::memory_order_relaxed); }

  /// The sums over all workers and guests of `t`, corrected as said above. Exceptions are not counted here.
  [[nodiscard]] pool_metrics sum(const team& t) const noexcept;

 private:
  detail::atomic<std::uint64_t> uncalled_{0};
  detail::atomic<std::uint64_t> discarded_tombstones_{0};
  detail::atomic<std::uint64_t> discarded_outside_{0};
  detail::atomic<std::uint64_t> completed_by_lone_guests_{0};
  detail::atomic<std::uint64_t> spares_{0};
};

/// The number of tasks that run at this moment, nested ones too: in workers, guests and callers of `t`.
[[nodiscard]] std::uint64_t count_running(const team& t) noexcept;

}  // namespace filch::inline v0::detail
