// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/job/ref_count.hpp>
#include <filch/metrics.hpp>
#include <filch/pool_options.hpp>
#include <filch/shutdown.hpp>

#include "pool/discards.hpp"
#include "pool/pending_bound.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_threads.hpp"
#include "pool/task_counts.hpp"
#include "pool/thread_count.hpp"
#include "pool/unhandled_sink.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0 {
class thread_pool;
}

namespace filch::inline v0::detail {

/// Whether the calling thread discards tasks of `pool`, and is no worker or guest. It may hold any of those that are
/// queued.
[[nodiscard]] bool discards_for(const pool_state& pool) noexcept;

/// A pool: its options, its team, its threads, and its life. It lives until the pool object is gone and the last of its
/// threads and guests has left (docs/design/lifetime.md).
class pool_state final {
 public:
  /// Makes the state of `owner` and starts the workers, whose hooks find the owner complete. Throws as thread_pool's
  /// constructor.
  static void start(thread_pool& owner, pool_options options);

  pool_state(const pool_state&) = delete;
  pool_state& operator=(const pool_state&) = delete;

  /// Its workers, guests and spares, and how they sleep and are woken.
  [[nodiscard]] detail::team& team() noexcept { return team_; }
  [[nodiscard]] const detail::team& team() const noexcept { return team_; }
  [[nodiscard]] pool_threads& threads() noexcept { return threads_; }
  [[nodiscard]] detail::discards& discards() noexcept { return discards_; }
  [[nodiscard]] task_counts& counts() noexcept { return counts_; }
  [[nodiscard]] unhandled_sink& sink() const noexcept { return *sink_; }
  [[nodiscard]] pending_bound& bound() noexcept { return bound_; }
  [[nodiscard]] const pending_bound& bound() const noexcept { return bound_; }
  [[nodiscard]] const pool_options& options() const noexcept { return options_; }
  /// Where the number of workers came from.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  /// No two pools of a process have the same.
  [[nodiscard]] std::uint64_t serial() const noexcept { return serial_; }
  /// Null if one of the pool's own tasks has destroyed it.
  [[nodiscard]] thread_pool* owner() const noexcept;

  /// After a submission from outside: see basic_wakeups.
  void wake_one(wake_patience& patience) noexcept { team_.wake_one(patience); }

  /// Makes the calling thread a guest, or a lone guest if there are too many. Throws pool_closed, std::bad_alloc, and
  /// usage_error in a child of fork().
  [[nodiscard]] worker& enter_guest();
  void leave_guest(worker& slot) noexcept;

  /// Whether the calling thread is inside, whatever other pools it has entered since.
  [[nodiscard]] bool is_inside() const noexcept;
  /// The same; or the calling thread was a worker and ends, so that the destructors of its thread_local objects run.
  /// Such a thread would wait for itself if it waited for the pool's threads.
  [[nodiscard]] bool is_own_thread() const noexcept;
  [[nodiscard]] bool is_forked() const noexcept {
    // relaxed: see count_forks.
    return fork_epoch.load(std::memory_order_relaxed) != fork_epoch_;
  }

  /// Gives back memory of past bursts: that of the calling thread, of threads that have ended, and of workers that
  /// sleep. The other workers give theirs back before they sleep next.
  void trim() noexcept;
  [[nodiscard]] pool_metrics metrics() const noexcept;

  /// Blocks until no task is queued or running. False if `deadline`, if there is one, came first.
  bool wait_idle(std::optional<steady_clock::time_point> deadline);
  void close() noexcept;
  shutdown_report shutdown(shutdown_mode mode);
  shutdown_report shutdown_until(steady_clock::time_point deadline);
  /// The pool object is destroyed.
  void abandon() noexcept;

  /// Each thread and each guest holds a reference, and the pool object one. The state is deleted with the last.
  void add_reference() noexcept { references_.add(); }
  void drop_reference() noexcept;

  bool is_default = false;  ///< the default pool: cannot be closed

 private:
  pool_state(thread_pool& owner, pool_options options, thread_count count);
  ~pool_state();

  pool_options options_;
  pool_threads threads_;
  detail::team team_;
  std::string reason_;
  unhandled_sink* sink_;
  detail::atomic<thread_pool*> owner_;
  detail::discards discards_{*this};
  unsigned long fork_epoch_;
  listed_pool listed_{*this};
  const std::uint64_t serial_;
  task_counts counts_;
  // Submitters to a bounded pool write it, beside nothing that all others read.
  alignas(cache_line_size) pending_bound bound_;
  ref_count references_{1};
};

}  // namespace filch::inline v0::detail
