// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include <filch/available_parallelism.hpp>
#include <filch/config.hpp>
#include <filch/detail/base/deadline.hpp>
#include <filch/detail/pool/bulk.hpp>
#include <filch/detail/pool/execute_job.hpp>
#include <filch/detail/pool/invoke_job.hpp>
#include <filch/detail/pool/run_in_caller.hpp>
#include <filch/detail/pool/submit_guards.hpp>
#include <filch/errors.hpp>
#include <filch/join_handle.hpp>
#include <filch/metrics.hpp>
#include <filch/pool_options.hpp>
#include <filch/shutdown.hpp>

namespace filch::inline v0 {

/// A callable that can be stored and called once, as an rvalue, with no arguments.
template <class F>
concept task_callable = std::is_constructible_v<std::decay_t<F>, F> && std::invocable<std::decay_t<F>>;

/// A fixed number of worker threads with a work-stealing deque each.
///
/// Tasks run exactly once. Tasks of one outside thread start in the order of submission if there is one worker; with
/// more, in no order. Work from a worker of the pool goes to that worker's own deque, newest first.
///
/// Thread safety: every member may be called from any thread, except the destructor. What happens before a submission
/// happens before the task.
/// Lock-free: submission, but for the allocation of fresh memory and for waking a sleeping worker.
class FILCH_EXPORT thread_pool {
 public:
  /// As many workers as FILCH_NUM_THREADS says, else available_parallelism().
  /// Throws: std::invalid_argument if the variable is no positive number, std::system_error if a thread cannot start.
  thread_pool();
  /// Throws: std::invalid_argument if `threads` is 0; std::system_error if a thread cannot start, after those already
  /// started were stopped and joined.
  explicit thread_pool(std::size_t threads);
  explicit thread_pool(pool_options options);
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;

  /// Closes the pool, runs what was accepted and what that spawns, and joins the workers. In one of the pool's own
  /// tasks it returns at once, and the workers end by themselves when the work is done.
  ~thread_pool();

  /// As the constructor, without throwing. Returns: null and the reason in `ec` if there is no pool. `ec` compares
  /// equal to std::errc::invalid_argument if an option or FILCH_NUM_THREADS is wrong, to std::errc::not_enough_memory,
  /// or to what the system said. Its message is what() of the exception, for the first 64 different ones of a process.
  [[nodiscard]] static std::unique_ptr<thread_pool> build(pool_options options, std::error_code& ec);

  /// Runs `f` once, on a worker: decay-copied, called as an rvalue, destroyed where it ran.
  /// Throws: pool_closed, pool_full, usage_error in a fork child, std::bad_alloc, what the copy throws; `f` is
  /// then untouched and not accepted.
  /// Blocks: only if the pool is bounded and full and `on_full` is `block`.
  template <task_callable F>
  FILCH_LOCAL void execute(F&& f) {
    const submit_status s = enqueue(std::forward<F>(f), detail::when_full::may_block);
    if (s != submit_status::accepted) {
      detail::throw_refused(s);
    }
  }

  /// As execute, and says what became of it. Never blocks. `f` is untouched unless accepted.
  template <task_callable F>
  [[nodiscard]] FILCH_LOCAL submit_status try_execute(F&& f) {
    return enqueue(std::forward<F>(f), detail::when_full::give_up);
  }

  /// Submits the elements of a range. Returns: how many were accepted, from the front; fewer than all only if the pool
  /// is full, or was closed after the first ones. Move-only elements come by std::move_iterator. Throws: as execute if
  /// the pool refuses the first element for another reason than that it is full, in place of a 0 that nobody looks at;
  /// what an element's copy throws. Those before it are accepted.
  template <std::input_iterator It, std::sentinel_for<It> S>
    requires task_callable<std::iter_reference_t<It>>
  FILCH_LOCAL std::size_t execute_bulk(It first, S last) {
    return detail::submit_range(*state_, std::move(first), std::move(last), [this](auto&& f) {
      return this->enqueue(std::forward<decltype(f)>(f), detail::when_full::may_block);
    });
  }

  /// Runs `f` like execute and hands its result or exception to the handle.
  template <task_callable F>
  [[nodiscard]] FILCH_LOCAL auto spawn(F&& f) -> join_handle<std::invoke_result_t<std::decay_t<F>>>;

  /// Runs `f` inside the pool: the calling thread becomes a guest, a worker for the time of the call, on its own stack
  /// and without the pool's thread hooks; workers take part of what it forks. If there are 64 guests already, the
  /// calling thread runs by itself what it forks. With `pool_options::guests` false a worker runs `f` while the caller
  /// waits. On a thread that is inside of this pool it is a plain call. Returns: what `f` returns. Throws: what `f`
  /// throws; pool_closed; task_cancelled if the pool discards it.
  template <class F>
    requires std::invocable<F>
  FILCH_LOCAL std::invoke_result_t<F> invoke(F&& f) {
    return detail::invoke_in(state(), std::forward<F>(f));
  }

  /// Returns at a moment with no accepted, unfinished or undestroyed task.
  /// Throws: usage_error on a worker of this pool. Blocks: until then.
  FILCH_LOCAL void wait_idle() {
    wait_until_idle();
    detail::tsan_acquire(state_);
  }

  /// Waits like wait_idle(), for at most `limit`. Returns: whether such a moment was seen; a worker that has just run
  /// dry is seen idle a little later. Any duration will do, as for shutdown_for.
  template <class Rep, class Period, class Module = detail::this_module>
  [[nodiscard]] FILCH_LOCAL bool wait_idle_for(std::chrono::duration<Rep, Period> limit) {
    return wait_until_idle(detail::deadline_after(limit)) && (detail::tsan_acquire(state_), true);
  }

  /// Refuses new work from outside from now on. Work from inside is accepted until the drain ends.
  void close();

  /// Closes the pool, runs or discards what is queued, joins the workers. On a worker of this pool it does not join.
  shutdown_report shutdown(shutdown_mode mode = shutdown_mode::drain);

  /// Drains until `limit` has passed, then discards what is queued and returns, even if tasks still run. Any duration
  /// will do: one that is negative or no number is over at once, the largest of its unit means for ever.
  template <class Rep, class Period>
  shutdown_report shutdown_for(std::chrono::duration<Rep, Period> limit) {
    return shutdown_until(detail::deadline_after(limit));
  }

  /// Gives memory of past bursts back to the system: blocks of tasks that the calling thread, sleeping workers and
  /// threads that have ended allocated and nobody uses any more, and what queues have grown to. Workers that are busy
  /// give theirs back before they sleep next; other threads when they call it themselves, or when somebody does after
  /// they have ended. Thread safety: any thread, at any time. A sleeping worker that is woken meanwhile waits until it
  /// has been trimmed. O(blocks that are free): for moments of rest.
  void trim();

  /// Changes how long idle workers look for work. Takes effect at their next search.
  void set_idle_policy(idle_policy idle) noexcept;
  [[deprecated("use set_idle_policy")]] FILCH_LOCAL void set_idle(idle_policy p) noexcept { set_idle_policy(p); }

  [[nodiscard]] std::size_t thread_count() const noexcept;
  /// How many permits of `max_pending` are held: by outside tasks that are accepted, or are being submitted at this
  /// moment, and that no worker has begun. A task that was cancelled, or was begun by the thread that joins it, keeps
  /// its permit until a worker comes upon it. Throws: usage_error if the pool has no `max_pending`, for then it does
  /// not count; a bound that is never reached will do.
  [[nodiscard]] std::size_t pending() const;
  [[nodiscard]] pool_metrics metrics() const;
  /// Where the number of workers comes from: "4 workers: mask 8, quota 3.5, FILCH_NUM_THREADS=4"; "mask unknown" where
  /// the system does not tell the affinity mask, and the number of its CPUs counts.
  [[nodiscard]] std::string describe() const;

  /// For filch's own headers.
  [[nodiscard]] detail::pool_state& state() const noexcept { return *state_; }

 private:
  friend class detail::pool_state;

  shutdown_report shutdown_until(detail::steady_clock::time_point deadline);

  template <class F>
  FILCH_LOCAL submit_status enqueue(F&& f, detail::when_full what) {
    using job_type = detail::execute_job<std::decay_t<F>>;
    const detail::admission admitted = detail::admit(*state_, what);
    if (admitted.inside) {
      detail::submit_inside(*detail::make_in_block<job_type>(std::forward<F>(f), detail::permit::none),
                            *admitted.queue);
      return submit_status::accepted;
    }
    if (admitted.status != submit_status::accepted) {
      return admitted.status;
    }
    if (admitted.run_in_caller) {
      return detail::run_in_caller(*state_, std::forward<F>(f));
    }
    detail::permit_guard held(admitted.pending == detail::permit::held ? state_ : nullptr);
    auto* const j = detail::make_in_block<job_type>(std::forward<F>(f), admitted.pending);
    return detail::submit_or_give_back(*state_, *j, admitted, held, std::forward<F>(f));
  }

  void wait_until_idle();
  [[nodiscard]] bool wait_until_idle(detail::steady_clock::time_point deadline);

  detail::pool_state* state_;
};

/// One pool per process, made at first use as by thread_pool(), never destroyed. Closing it is a usage_error. A child
/// of fork() gets one of its own.
[[nodiscard]] FILCH_EXPORT thread_pool& default_pool();

/// How default_pool() is to be made, in place of pool_options{}. The last call before it is made counts. A hook that
/// calls default_pool() waits until it is complete, or throws std::system_error if a thread that comes later is
/// refused. Throws: usage_error while default_pool() is made and from then on; std::bad_alloc. Thread safety: any
/// thread. A child of fork() has the options of its parent, and may set others before it uses its own.
FILCH_EXPORT void set_default_pool_options(pool_options options);

template <task_callable F>
auto thread_pool::spawn(F&& f) -> join_handle<std::invoke_result_t<std::decay_t<F>>> {
  using result = std::invoke_result_t<std::decay_t<F>>;
  using state_type = detail::spawn_state<std::decay_t<F>, result>;
  const detail::admission admitted = detail::admit(*state_, detail::when_full::may_block);
  if (admitted.status != submit_status::accepted) {
    detail::throw_refused(admitted.status);
  }
  detail::permit_guard held(admitted.pending == detail::permit::held ? state_ : nullptr);
  const std::unique_ptr<detail::guest_scope> guest =
      admitted.run_in_caller ? detail::enter_as_caller(*state_) : nullptr;
  if (admitted.run_in_caller && guest == nullptr) {
    detail::throw_refused(submit_status::closed);
  }
  auto* const task = detail::make_in_block<state_type>(*state_, std::forward<F>(f), admitted.pending);
  if (admitted.run_in_caller) {
    task->claim_and_run();
    task->drop_reference();
    detail::tsan_release_pool();
    return join_handle<result>(*task);
  }
  const submit_status s = detail::submit_or_give_back(*state_, *task, admitted, held, std::forward<F>(f));
  if (s != submit_status::accepted) {
    detail::throw_refused(s);
  }
  return join_handle<result>(*task);
}

}  // namespace filch::inline v0
