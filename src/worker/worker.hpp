// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/worker/fork_host.hpp>

#include "base/random.hpp"
#include "base/spin_budget.hpp"
#include "parking/activity.hpp"
#include "parking/parker.hpp"
#include "parking/thread_parker.hpp"
#include "parking/wake_patience.hpp"
#include "queues/hazard_flag.hpp"
#include "worker/adaptive_spin.hpp"
#include "worker/guest_cpu.hpp"
#include "worker/idle_memory.hpp"
#include "worker/lineage.hpp"
#include "worker/oldest_turn.hpp"
#include "worker/victim_order.hpp"
#include "worker/worker_counters.hpp"
#include "worker/worker_loop.hpp"
#include "worker/worker_queues.hpp"

namespace filch::inline v0::detail {

class block_cache;
class team;

/// What a wait inside a task waits for.
class awaited {
 public:
  /// Jobs that return the same identity may run on the stack of the waiter.
  [[nodiscard]] virtual void* identity() noexcept = 0;
  [[nodiscard]] virtual bool done() noexcept = 0;
  /// Runs one job that belongs to it, that nobody has started, and that lies where the waiter cannot see it. False if
  /// there is none.
  virtual bool claim_one() noexcept = 0;
  /// Whether `claim_one` might find something. Asked after the latch was armed.
  [[nodiscard]] virtual bool claimable() noexcept = 0;
  /// Whether the waiter should run nothing, because too much runs on its stack already. After `insist` it may run
  /// something.
  [[nodiscard]] virtual bool holds_back() noexcept { return false; }
  virtual void insist() noexcept {}
  /// The latch that is set when it is done, and nudged when there is something to claim.
  [[nodiscard]] virtual latch& signal() noexcept = 0;
  /// The depth at which stolen jobs of it have its identity in their lineage. Nothing if they do not have it.
  [[nodiscard]] virtual std::optional<std::size_t> lineage_depth() const noexcept = 0;

 protected:
  ~awaited() = default;
};

/// One unit of work: a task, or what was stolen from among somebody's forks, or nothing.
struct work {
  job* task = nullptr;
  std::optional<fork_item> stolen{};

  [[nodiscard]] explicit operator bool() const noexcept { return task != nullptr || stolen.has_value(); }
};

/// A worker: its queues, which others may empty, and the loop of its thread. It can also be the slot of a guest, which
/// has no thread of its own and runs no loop.
///
/// The owner looks at its queues in this order: the forks (in fork_host; empty whenever the loop looks), the tasks (the
/// newest first), the fifo (a drained inbox, the oldest first), and the inboxes. Outside threads submit to the inboxes.
/// In the slot of a guest the inbox holds what the guest submits, so that its task deque holds nothing but children of
/// groups, for which somebody waits.
class worker final : public fork_host, private basic_worker_loop<worker> {
 public:
  worker(pool_state& pool, detail::team& team, std::uint32_t index, role r, victim_order victims = {});
  ~worker();

  /// The others, and what the pool wants of its workers.
  [[nodiscard]] detail::team& team() const noexcept { return team_; }
  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  /// Whether other threads know it, and can steal from it.
  [[nodiscard]] bool is_listed() const noexcept { return role_ != role::lone_guest; }
  [[nodiscard]] worker_counters& counters() noexcept { return counters_; }
  [[nodiscard]] std::size_t lineage_depth() const noexcept { return lineage_.depth(); }
  [[nodiscard]] activity& activity_word() noexcept { return activity_; }
  /// One of a few inboxes for outside threads. `which` may be any number; a thread passes the same each time.
  [[nodiscard]] inbox<job>& in(std::size_t which) noexcept { return queues_.in.of(which); }
  void close() noexcept { queues_.in.close(); }

  /// The only CPU on which its thread may run, or guest_cpu::none; a hint. Set before `loop`.
  // relaxed, both: a hint.
  [[nodiscard]] int cpu() const noexcept { return cpu_.load(std::memory_order_relaxed); }
  void bind_to(int cpu) noexcept { cpu_.store(cpu, std::memory_order_relaxed); }
  /// The body of the worker's thread, but for its set-up.
  void loop() noexcept;
  /// Own thread, before or after `loop`: calls a hook. The hook may submit, fork and wait as a task may.
  template <class F>
  void run_hook(F call) noexcept;
  /// Own thread, after the loop has ended and the thread's hook was called: runs what the hook has left in the queues.
  void run_rest() noexcept;

  /// Own thread: sleeps until another thread calls `wake`.
  void park() noexcept;
  /// Own thread.
  [[nodiscard]] wake_patience& patience() noexcept { return wakes_; }
  /// Any thread: ends the worker's sleep. The caller has taken the worker off the stack of sleepers.
  void wake() noexcept;

  /// Any thread: asks that the worker's next fork look for sleepers.
  void request_poll() noexcept { forks().thief().request_poll(); }

  /// Own thread: queues a job.
  void push_task(job& j) noexcept;
  /// The same for jobs that are linked by `next`. A worker takes the last of them first.
  void push_tasks(job& first) noexcept;
  /// Own thread: queues a child of a group that has another owner.
  void push_child(job& j) noexcept;
  /// Own thread: orders the jobs queued so far before any later seq_cst operation.
  void announce_tasks() noexcept { queues_.tasks.owner().announce(); }
  /// Own thread: hands over an item that was popped from the forks, and that is not the one that was wanted. Everybody
  /// can take a child afterwards. A fork is run by its own frame.
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

  void run_task(job& j) noexcept;

  /// Own thread: waits until `a` is done, and meanwhile runs only what belongs to `a`.
  void wait_for(awaited& a) noexcept;
  /// In a child of fork(), which has only this thread: runs the jobs of `a` that lie in the task deque. The other jobs
  /// are the parent's.
  void run_what_was_left_of(awaited& a) noexcept;
  void wait_for_fork(fork_job& j) noexcept;
  /// Own thread, around a sleep: lends the core, and puts the jobs that the worker was to run itself where others find
  /// them (blocking_region).
  void begin_blocking() noexcept;
  void end_blocking() noexcept;
  /// Own thread, between these two: asks for a spare in its place, if there should be one. Returns whether the system
  /// refuses it for now.
  [[nodiscard]] bool ask_for_spare() noexcept;
  /// Own thread: the number of waits that are under way on this stack, each in a task that an outer wait runs.
  [[nodiscard]] std::uint32_t nested_waits() const noexcept { return nested_waits_; }

  /// Any thread: takes some queued jobs, linked by `next`, which the caller must run or discard. Null if there are
  /// none.
  [[nodiscard]] job* take_for_discard() noexcept;

  // Any thread, ordered after all earlier seq_cst operations: whether something lies in its queues that somebody has to
  // run, and whether something does that a guest or a fork's owner runs itself in the end.
  [[nodiscard]] bool has_tasks() noexcept { return queues_.any(role_); }
  [[nodiscard]] bool has_own() noexcept { return !forks().thief().empty() || queues_.any_own(role_); }

  /// Any thread: gives the worker's memory of past bursts back if the worker sleeps. Otherwise the worker does it
  /// before it sleeps next.
  void trim_if_asleep(std::uint32_t trims_asked) noexcept;
  [[nodiscard]] const hazard_flag& reading() const noexcept { return reading_; }

  /// Own thread, in a child of fork(): jobs that are under way here can end, but this is no worker any more.
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

  [[nodiscard]] bool is_guest() const noexcept { return role_ == role::guest || role_ == role::lone_guest; }
  [[nodiscard]] bool must_make_way() noexcept;
  [[nodiscard]] job* next_task() noexcept;
  [[nodiscard]] job* next_outside_task() noexcept;
  [[nodiscard]] job* oldest_own_task() noexcept;
  [[nodiscard]] job* neglected_task() noexcept;
  [[nodiscard]] job* outside_task_elsewhere() noexcept;
  [[nodiscard]] job* take_from_overflow() noexcept;
  [[nodiscard]] job* start_on(job* newest_first) noexcept;
  void push_to_fifo(std::span<job* const> oldest_first) noexcept;
  void publish_fifo(std::size_t count) noexcept;
  void add_to_overflow(job* oldest_first) noexcept;

  [[nodiscard]] bool may_search() noexcept;
  [[nodiscard]] work await_batch() noexcept;
  [[nodiscard]] spin_budget search_budget() noexcept;
  void note_search(bool has_found) noexcept { has_found ? spin_.found() : spin_.found_nothing(); }
  [[nodiscard]] work steal_from_anyone(steal_effort effort) noexcept;
  [[nodiscard]] work steal_from(worker& victim, steal_effort effort) noexcept;
  [[nodiscard]] work steal_inside_work(worker& victim, steal_effort effort) noexcept;
  [[nodiscard]] job* steal_task(worker& victim, steal_effort effort) noexcept;
  [[nodiscard]] job* steal_outside_task(worker& victim) noexcept;
  [[nodiscard]] job* steal_half_of_fifo(worker& victim) noexcept;
  // Whether a steal got something; counts those that lost.
  [[nodiscard]] bool got(steal_status status) noexcept {
    if (status == steal_status::lost) {
      counters_.steals_lost.add();
    }
    return status == steal_status::got;
  }
  [[nodiscard]] bool go_to_sleep() noexcept;
  void trim(block_cache* cache) noexcept;

  void run(work w) noexcept;
  template <class Wanted>
  [[nodiscard]] std::optional<fork_item> steal_fork(worker& victim, steal_effort effort, Wanted wanted) noexcept;
  void run_stolen(fork_item item) noexcept;

  [[nodiscard]] bool takes_any() const noexcept;
  [[nodiscard]] bool run_anything() noexcept;
  [[nodiscard]] bool help_with(fork_job& j) noexcept;
  [[nodiscard]] bool help_with(awaited& a) noexcept;
  [[nodiscard]] bool run_descendant_of(const void* ancestor, std::optional<std::size_t> depth) noexcept;
  [[nodiscard]] bool run_own_of(awaited& a) noexcept;
  [[nodiscard]] job* find_in_overflow(void* identity) noexcept;
  void park_for(awaited& a) noexcept;
  void park_for_fork(fork_job& j, fork_host* thief) noexcept;
  void park_waiting() noexcept;
  void hand_to_workers(job* newest, job* oldest) noexcept;
  void hand_over_children() noexcept;
  void hand_over_tasks() noexcept;
  void hand_over(job& j) noexcept;

  static constexpr std::uint32_t neglected_period = 61;
  static constexpr std::size_t fifo_batch = 32;
  static constexpr int batch_looks = 8;

  detail::team& team_;
  basic_queues<job> queues_;
  lineage lineage_;
  activity activity_;
  native_parker sleep_;
  worker_counters counters_;
  atomic<int> cpu_{guest_cpu::none};
  hazard_flag reading_;  // the rings of others' queues

  basic_idle_memory<block_cache, mutex> idle_memory_;  // whoever has it may act as the owner

  // Own thread only, or with idle_memory_.
  job* overflow_ = nullptr;          // oldest first: what the queues had no memory for
  random_source random_;
  victim_order victims_;
  thread_parker& wait_parker_;  // for waits inside tasks; made with the worker, so that a wait cannot fail
  const std::uint32_t index_;
  const role role_;
  std::uint32_t last_victim_;
  lineage::path stolen_descent_;                  // of what was stolen last from among forks
  std::uint32_t until_neglected_ = neglected_period;  // so many tasks until old ones have their turn
  oldest_turn<steady_clock> oldest_turn_;
  adaptive_spin spin_;
  wake_patience wakes_;
  std::uint32_t nested_waits_ = 0;
  std::uint32_t blocking_ = 0;  // regions that the thread is in
  std::uint32_t fairness_victim_ = 0;  // whose outside tasks were looked at last, but for its own
};

// Steals an item that is `wanted`, and notes what the item descends from.
template <class Wanted>
std::optional<fork_item> worker::steal_fork(worker& victim, steal_effort effort, Wanted wanted) noexcept {
  const auto r = victim.forks().thief().steal_if(effort, [&](fork_item item) {
    victim.lineage_.copy_to(stolen_descent_);
    return wanted(item);
  });
  return got(r.status) ? std::optional(r.item) : std::nullopt;
}

// Like the loop, a hook keeps its memory from threads that trim. It leaves nothing among the forks, because the loop
// does not look there.
template <class F>
void worker::run_hook(F call) noexcept {
  idle_memory_.begin();
  const char base = 0;
  job_base_ = &base;
  const ring_index first = forks().owner().end();
  call();
  leave_forks_at(first);
  job_base_ = nullptr;
  idle_memory_.end();
}

/// The worker that the calling thread is; null elsewhere.
[[nodiscard]] inline worker* current_worker() noexcept { return static_cast<worker*>(current_host()); }

}  // namespace filch::inline v0::detail
