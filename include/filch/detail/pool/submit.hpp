// SPDX-License-Identifier: BSL-1.0
#pragma once


#include <filch/config.hpp>
#include <filch/detail/base/inside_scope.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/errors.hpp>

namespace filch::inline v0::detail {

struct job;
class pool_state;
class worker;

/// What a submission does if the pool is full. `may_block`: what pool_options::on_full says.
enum class when_full : bool { give_up, may_block };
/// Whether a task holds a permit of `max_pending`, which is given back when the task starts.
enum class permit : bool { none, held };

/// Says whether and how a pool takes a task. A submitter asks for it before it touches the callable.
struct admission {
  submit_status status = submit_status::accepted;
  permit pending = permit::none;  ///< whether the task holds a permit of the bound
  bool run_in_caller = false;  ///< the submitting thread shall run it itself
  bool inside = false;        ///< the submitting thread is the worker `queue`
  bool past_close = false;    ///< the submitting thread is inside, but has no queue of its own
  worker* queue = nullptr;    ///< whose queues take the task
  unsigned inbox = 0;         ///< in which of its inboxes, if it comes from outside
};

/// Asks whether the pool takes a task. Blocks until there is room if `what` and the options say so.
[[nodiscard]] FILCH_EXPORT admission admit(pool_state& pool, when_full what);

/// The same without a look at the bound, and without a look whether the pool is closed. For jobs for which somebody
/// waits.
[[nodiscard]] FILCH_EXPORT admission admit_unbounded(pool_state& pool);

/// Queues a job that was admitted, and wakes a worker if one is needed. Returns `closed` if the pool was closed since;
/// the job belongs to the caller again then. Lock-free, except when it wakes a sleeper.
[[nodiscard]] FILCH_EXPORT submit_status submit(pool_state& pool, job& j, const admission& admitted) noexcept;
/// The same for an admission from inside.
FILCH_EXPORT void submit_inside(job& j, worker& mine) noexcept;

/// The same for several jobs that are linked by `next`. Queues all of them, or none.
[[nodiscard]] FILCH_EXPORT submit_status submit_chain(pool_state& pool, job& first, const admission& admitted) noexcept;

/// Gives back the permit of `max_pending` of a job that starts or is discarded on this thread.
FILCH_EXPORT void return_permit() noexcept;
/// The same for a job that was never queued.
FILCH_EXPORT void return_permit(pool_state& pool) noexcept;

/// Whether `max_pending` is set.
[[nodiscard]] FILCH_EXPORT bool is_bounded(const pool_state& pool) noexcept;

/// Whether the calling thread is inside of `pool`: as its worker or guest, or because it discards one of its tasks;
/// also if the thread has entered other pools since.
[[nodiscard]] FILCH_EXPORT bool is_inside(const pool_state& pool) noexcept;

/// For ThreadSanitizer: what this thread did for its pool happens before wait_idle returns.
FILCH_LOCAL inline void tsan_release_pool() noexcept {
#if defined(FILCH_TSAN)
  tsan_release(acting_pool());
#endif
}

/// Throws what a refused `execute` throws.
[[noreturn]] FILCH_EXPORT void throw_refused(submit_status status);

}  // namespace filch::inline v0::detail
