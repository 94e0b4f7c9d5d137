// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/pool/submit.hpp>

#include <cstddef>
#include <cstdint>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/pool/bulk.hpp>
#include <filch/detail/pool/invoke_job.hpp>
#include <filch/errors.hpp>

#include "base/tuning.hpp"
#include "parking/thread_parker.hpp"
#include "pool/pool_state.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"
#include "worker/push_and_wake.hpp"
#include "worker/reverse_chain.hpp"
#include "worker/submitter.hpp"

namespace filch::inline v0::detail {
namespace {

// A thread stays with one inbox of each pool, so that its tasks stay in order; threads are spread over the inboxes.
FILCH_INLINE admission admission_for(pool_state& pool, std::uint32_t number) noexcept {
  const auto workers = static_cast<std::uint32_t>(pool.team().size());
  const bool has_own_worker = number < workers;  // spares the divisions
  return {.queue = &pool.team().at(has_own_worker ? number : number % workers),
          .inbox = has_own_worker ? 0 : number / workers};
}

admission admission_from_outside(pool_state& pool) {
  admission admitted = admission_for(pool, this_submitter()->number());
  admitted.status = pool.is_forked() ? submit_status::forked : submit_status::accepted;
  admitted.past_close = innermost_scope() != nullptr && pool.is_inside();
  return admitted;
}

[[nodiscard]] inbox<job>& inbox_of(const admission& admitted) noexcept { return admitted.queue->in(admitted.inbox); }

template <inbox_close Close = inbox_close::respected>
[[nodiscard]] inbox_push push_and_wake(pool_state& pool, job& newest, job& oldest, const admission& admitted) noexcept {
  const this_submitter me;
  return push_and_wake<Close>(me, pool, inbox_of(admitted), newest, oldest);
}

// A thread that is inside and has no queue discards tasks of the pool. It also discards what their destructors submit,
// because all workers may be busy, and a destructor may wait for what it has submitted. If such destructors form a long
// chain, the rest of the chain is queued.
FILCH_COLD void submit_while_discarding(pool_state& pool, job& first, const admission& admitted) noexcept {
  constinit static thread_local std::uint32_t nested = 0;
  if (nested < tuning::most_nested_discards) {
    ++nested;
    pool.discards().discard_chain(&first);
    --nested;
  } else {
    job* const newest = reverse_chain(&first);
    static_cast<void>(push_and_wake<inbox_close::ignored>(pool, *newest, first, admitted));
  }
}

admission admit_to_bounded(pool_state& pool, admission admitted, when_full what) {
  if (inbox_of(admitted).closed()) {
    return {.status = submit_status::closed};
  }
  if (!pool.bound().try_acquire()) {
    if (what == when_full::give_up || pool.options().on_full == on_full::reject) {
      return {.status = submit_status::full};
    }
    // A thread that is inside of another pool must not block: the two pools might wait for each other.
    if (pool.options().on_full == on_full::run_in_caller || innermost_scope() != nullptr) {
      return {.run_in_caller = true};
    }
    if (!pool.bound().acquire_unless_closed(inbox_of(admitted))) {
      return {.status = submit_status::closed};
    }
  }
  admitted.pending = permit::held;
  return admitted;
}

// Whether the calling thread is inside of no pool and has submitted before, and `pool` can refuse its task only because
// the pool was closed.
[[nodiscard]] bool is_plain_outsider(const pool_state& pool) noexcept {
  return innermost_scope() == nullptr && this_thread_submitter != nullptr && !pool.is_forked() &&
         !pool.bound().active();
}

FILCH_COLD admission admit_in_any_case(pool_state& pool, when_full what) {
  if (worker* const mine = host_in(pool)) {
    return {.inside = true, .queue = mine};
  }
  admission admitted = admission_from_outside(pool);
  if (admitted.status != submit_status::accepted || admitted.past_close) {
    return admitted;
  }
  if (pool.bound().active()) {
    return admit_to_bounded(pool, admitted, what);
  }
  if (inbox_of(admitted).closed()) {
    admitted.status = submit_status::closed;
  }
  return admitted;
}

}  // namespace

admission admit_unbounded(pool_state& pool) {
  worker* const mine = host_in(pool);
  return mine != nullptr ? admission{.inside = true, .queue = mine} : admission_from_outside(pool);
}

// Most calls come from a worker or guest of the pool, or from a thread that is inside of none. They call nothing else
// from here.
admission admit(pool_state& pool, when_full what) {
  worker* const mine = current_worker();
  if (mine != nullptr && mine->member_of() == &pool) {
    return {.inside = true, .queue = mine};
  }
  if (mine != nullptr || !is_plain_outsider(pool)) [[unlikely]] {
    return admit_in_any_case(pool, what);
  }
  admission admitted = admission_for(pool, this_thread_submitter->number());
  if (inbox_of(admitted).closed()) [[unlikely]] {
    admitted.status = submit_status::closed;
  }
  return admitted;
}

void submit_inside(job& j, worker& mine) noexcept {
  push_inside_and_wake(mine, j);
}

submit_status submit(pool_state& pool, job& j, const admission& admitted) noexcept {
  if (admitted.inside) {
    submit_inside(j, *admitted.queue);
    return submit_status::accepted;
  }
  if (admitted.past_close) [[unlikely]] {
    submit_while_discarding(pool, j, admitted);
    return submit_status::accepted;
  }
  return push_and_wake(pool, j, j, admitted) == inbox_push::closed ? submit_status::closed : submit_status::accepted;
}

submit_status submit_chain(pool_state& pool, job& first, const admission& admitted) noexcept {
  if (admitted.inside) {
    admitted.queue->local().push_tasks(first);
    pool.team().wake_one_for(*admitted.queue);
    return submit_status::accepted;
  }
  if (admitted.past_close) [[unlikely]] {
    submit_while_discarding(pool, first, admitted);
    return submit_status::accepted;
  }
  // An inbox wants the newest job first. A chain that is refused belongs to the caller again, so it is reversed back.
  job* const newest = reverse_chain(&first);
  if (push_and_wake(pool, *newest, first, admitted) == inbox_push::closed) {
    static_cast<void>(reverse_chain(newest));
    return submit_status::closed;
  }
  return submit_status::accepted;
}

void return_permit() noexcept { acting_pool()->bound().release(); }
void return_permit(pool_state& pool) noexcept { pool.bound().release(); }

bool is_bounded(const pool_state& pool) noexcept { return pool.options().max_pending != 0; }
bool is_inside(const pool_state& pool) noexcept { return pool.is_inside(); }

void submit_and_wait(pool_state& pool, job& j, latch& done) {
  const admission admitted = admit_unbounded(pool);
  if (admitted.status != submit_status::accepted) {
    throw_refused(admitted.status);
  }
  const parker_for_wait mine;
  if (const submit_status s = submit(pool, j, admitted); s != submit_status::accepted) {
    throw_refused(s);
  }
  sleep_until_set(done, mine.get());
}

std::size_t accepted_or_throw(std::size_t accepted, submit_status why) {
  if (accepted == 0 && why != submit_status::full) {
    throw_refused(why);
  }
  return accepted;
}

void throw_refused(submit_status status) {
  switch (status) {
    case submit_status::full:
      throw pool_full();
    case submit_status::forked:
      throw usage_error(
          "filch: a task was submitted in a child of fork(), where the pool has no threads; make a new pool");
    case submit_status::accepted:
    case submit_status::closed:
      break;
  }
  throw pool_closed();
}

}  // namespace filch::inline v0::detail
