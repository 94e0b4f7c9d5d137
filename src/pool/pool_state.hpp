// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/job/claim.hpp>
#include <filch/metrics.hpp>
#include <filch/pool_options.hpp>
#include <filch/shutdown.hpp>

#include "pool/pending_bound.hpp"
#include "pool/pool_fork.hpp"
#include "pool/thread_count.hpp"
#include "pool/thread_list.hpp"
#include "pool/unhandled_sink.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0 {
class thread_pool;
}

namespace filch::inline v0::detail {

/// The serial number of the pool whose worker the calling thread was, after the thread has left it. The address of the
/// pool is not enough, because another pool may have it by then.
extern constinit thread_local std::uint64_t serial_of_ended_loop;

/// Whether the calling thread discards tasks of `pool`, and is no worker or guest. It may hold any of those that are
/// queued.
[[nodiscard]] bool discards_for(const pool_state& pool) noexcept;

/// What a pool is beside its team: its options, its threads, its limits and its life. It lives until the pool object is
/// gone and the last worker has ended (docs/design/lifetime.md).
class pool_state final : private spare_source {
 public:
  /// Makes the state of `owner` and starts the workers, whose hooks find the owner complete. Throws as thread_pool's
  /// constructor.
  static void start(thread_pool& owner, pool_options options);

  pool_state(const pool_state&) = delete;
  pool_state& operator=(const pool_state&) = delete;

  /// Its workers, guests and spares, and how they sleep and are woken.
  [[nodiscard]] detail::team& team() noexcept { return team_; }
  [[nodiscard]] const detail::team& team() const noexcept { return team_; }
  /// After a submission from outside: see basic_wakeups.
  void wake_one(wake_patience& patience) noexcept { team_.wake_one(patience); }

  /// Makes the calling thread a guest, or a lone guest if there are too many. Throws pool_closed, std::bad_alloc, and
  /// usage_error in a child of fork().
  [[nodiscard]] worker& enter_guest();
  void leave_guest(worker& slot) noexcept;
  [[nodiscard]] unhandled_sink& sink() const noexcept { return *sink_; }
  [[nodiscard]] pending_bound& bound() noexcept { return bound_; }
  [[nodiscard]] const pending_bound& bound() const noexcept { return bound_; }
  [[nodiscard]] const pool_options& options() const noexcept { return options_; }
  [[nodiscard]] thread_pool* owner() const noexcept;
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
  // Each task is counted where its entry leaves the queues, as completed or as discarded. Two kinds are not what their
  // entry says: what was cancelled, and whose entry is then run to no effect; and what somebody claimed and ran, before
  // its entry was discarded. relaxed, both: statistics.
  void count_uncalled() noexcept { uncalled_.fetch_add(1, std::memory_order_relaxed); }
  void count_discarded_tombstone() noexcept { discarded_tombstones_.fetch_add(1, std::memory_order_relaxed); }

  /// Blocks until no task is queued or running. False if `deadline`, if there is one, came first.
  bool wait_idle(std::optional<steady_clock::time_point> deadline);
  void close() noexcept;
  shutdown_report shutdown(shutdown_mode mode);
  shutdown_report shutdown_until(steady_clock::time_point deadline);
  /// For a thread that is inside and no worker: discards jobs that are linked by `next`, and that nobody else has.
  void discard_chain(job* first) noexcept;
  /// The pool object is destroyed.
  void abandon() noexcept;

  [[nodiscard]] pool_metrics metrics() const noexcept;

  /// Where the number of workers came from.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

  bool is_default = false;  ///< the default pool: cannot be closed

 private:
  pool_state(thread_pool& owner, pool_options options, thread_count count);
  ~pool_state();
  /// For the destructor: whether every task that was accepted has ended and been counted, and every permit was given
  /// back.
  [[nodiscard]] bool is_balanced() const noexcept;

  [[nodiscard]] worker& enter_lone_guest();
  /// Where the worker is bound.
  [[nodiscard]] int cpu_of(std::size_t index, std::size_t workers) const noexcept;
  /// Throws as start_thread; the workers that have no thread then are idle.
  void start_threads();
  void start_thread(worker& w);
  void join_threads() noexcept;
  void discard_queued() noexcept;
  void discard_all() noexcept;
  [[nodiscard]] job* take_for_discard(peer& from) noexcept;
  [[nodiscard]] shutdown_report report(bool joined) const noexcept;
  void check_open_to_shutdown(const char* what) const;
  void drop_reference() noexcept;
  struct reference_dropper {
    void operator()(pool_state* pool) const noexcept { pool->drop_reference(); }
  };
  static void thread_main(void* w) noexcept;
  bool provide_sleeper() noexcept override;
  [[nodiscard]] worker* unstarted_spare() noexcept;
  [[nodiscard]] bool is_spare_refused() const noexcept;
  void set_up_thread(std::uint32_t index) noexcept;
  template <class Hook>
  void call_hook(const Hook& h, std::size_t index) noexcept;

  detail::team team_;
  pool_options options_;
  std::string reason_;
  unhandled_sink* sink_;
  detail::atomic<thread_pool*> owner_;
  detail::atomic<std::uint64_t> discarded_outside_{0};
  mutex discarders_;  // for the hazard flag that they share
  unsigned long fork_epoch_;
  listed_pool listed_{*this};
  std::vector<int> cpus_;
  thread_list threads_;
  detail::atomic<std::uint64_t> spares_{0};
  mutex starting_spare_;
  worker* unstarted_spare_ = nullptr;  // guarded by starting_spare_: made, and has no thread
  detail::atomic<steady_clock::rep> spare_refused_until_{0};  // 0: the system has not refused the last one
  const std::uint64_t serial_;  // no two pools of a process have the same
  detail::atomic<std::uint64_t> completed_by_lone_guests_{0};
  detail::atomic<std::uint64_t> uncalled_{0};
  detail::atomic<std::uint64_t> discarded_tombstones_{0};
  // Submitters to a bounded pool write it, beside nothing that all others read.
  alignas(cache_line_size) pending_bound bound_;
  ref_count references_{1};
};

}  // namespace filch::inline v0::detail
