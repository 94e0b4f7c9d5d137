// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/job/job.hpp>

#include "base/stack_place.hpp"
#include "base/tuning.hpp"
#include "parking/wake_patience.hpp"
#include "worker/idle_memory.hpp"
#include "worker/local_queues.hpp"
#include "worker/oldest_turn.hpp"
#include "worker/peer.hpp"
#include "worker/search.hpp"
#include "worker/victim_order.hpp"
#include "worker/waits.hpp"
#include "worker/worker_loop.hpp"

namespace filch::inline v0::detail {

class block_cache;
class team;

using local_queues = basic_local_queues<job, team>;

/// A worker: what others may touch of it (peer), and its own thread's part: its queues (local_queues), its search, its
/// waits, and the loop that runs tasks. It can also be the slot of a guest, which has no thread of its own and runs no
/// loop. Only its own thread may call what is declared here, except where it says otherwise.
class worker final : public peer, private basic_worker_loop<worker> {
 public:
  worker(pool_state& pool, detail::team& team, std::uint32_t index, role r, victim_order victims = {});

  /// Any thread: the others, and what the pool wants of its workers.
  [[nodiscard]] detail::team& team() const noexcept { return team_; }

  [[nodiscard]] local_queues& local() noexcept { return local_; }
  [[nodiscard]] detail::search& search() noexcept { return search_; }
  [[nodiscard]] detail::waits& waits() noexcept { return waits_; }
  /// Between it and those who search for its tasks.
  [[nodiscard]] wake_patience& patience() noexcept { return patience_; }

  /// The body of the worker's thread, but for its set-up.
  void loop() noexcept;
  /// Before or after `loop`: calls a hook. The hook may submit, fork and wait as a task may.
  template <class F>
  void run_hook(F call) noexcept;
  /// After the loop has ended and the thread's hook was called: runs what the hook has left in the queues.
  void run_rest() noexcept;

  void run(work w) noexcept;
  void run_task(job& j) noexcept;
  /// Runs what `search` has stolen last from among somebody's forks.
  void run_stolen(fork_item item) noexcept;
  /// The task that it would run next, from its own queues; and now and then one that waits for long with another
  /// worker. Null if there is none.
  [[nodiscard]] job* next_task() noexcept;

  /// For basic_wakeups: orders the tasks queued so far before any later seq_cst operation.
  void announce_tasks() noexcept { local_.announce(); }

  /// Hands over an item that was popped from the forks, and that is not the one that was wanted. Everybody can take a
  /// child afterwards. A fork is run by its own frame.
  void hand_over(fork_item item) noexcept;
  /// The same for all items from an index on.
  void clear_forks_from(ring_index first) noexcept;
  /// The same after a job has run here: nobody waits on this stack any more for children of groups that outlive the
  /// job.
  void leave_forks_at(ring_index base) noexcept {
    if (forks().owner().end() != base) {
      clear_forks_from(base);
    }
  }
  /// The same if there are children of other groups among the forks. Their waiters may be on other threads, and this
  /// worker may not run them for a long time.
  void hand_over_children() noexcept;

  /// Any thread: gives the worker's memory of past bursts back if the worker sleeps. Otherwise the worker does it
  /// before it sleeps next.
  void trim_if_asleep(std::uint32_t trims_asked) noexcept;

  /// In a child of fork(): jobs that are under way here can end, but this is no worker any more.
  void leave_pool() noexcept {
    forget_pool();
    until_neglected_ = 1;  // the next look for a task finds out
  }
  [[nodiscard]] bool has_left_pool() const noexcept { return member_of() == nullptr; }

  // For a slot that a guest has, in its thread; the call in between counts as a task.
  // It lies on the guest's stack above `base`.
  void begin_visit(const void* base) noexcept;
  void end_visit() noexcept;

 private:
  friend basic_worker_loop<worker>;
  using work_type = work;

  [[nodiscard]] bool must_make_way() noexcept;
  [[nodiscard]] job* neglected_task() noexcept;
  [[nodiscard]] bool go_to_sleep() noexcept;
  void trim(block_cache* cache) noexcept;

  detail::team& team_;
  local_queues local_;
  detail::search search_;
  detail::waits waits_;
  basic_idle_memory<block_cache, mutex> idle_memory_;  // whoever has it may act as the owner
  std::uint32_t until_neglected_ = tuning::neglected_period;  // so many tasks until old ones have their turn
  oldest_turn<steady_clock> oldest_turn_;
  wake_patience patience_;
};

// Like the loop, a hook keeps its memory from threads that trim. It leaves nothing among the forks, because the loop
// does not look there.
template <class F>
void worker::run_hook(F call) noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = stack_place(&base);
  const ring_index first = forks().owner().end();
  call();
  leave_forks_at(first);
  job_base_ = nullptr;
  idle_memory_.end();
}

/// The worker that the calling thread is; null elsewhere.
[[nodiscard]] inline worker* current_worker() noexcept { return static_cast<worker*>(current_host()); }

}  // namespace filch::inline v0::detail
