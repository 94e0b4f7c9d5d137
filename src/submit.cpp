// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/submit.hpp>

#include <atomic>

#include <filch/detail/invoke_job.hpp>
#include <filch/errors.hpp>

#include "in_place.hpp"
#include "parking/thread_parker.hpp"
#include "pool_state.hpp"

namespace filch::inline v0::detail {
namespace {

// A thread stays with one inbox of each pool, so that its tasks stay in order; threads are spread over the inboxes.
inbox<job>& inbox_of_this_thread(const pool_state& pool) noexcept {
  static std::atomic<std::size_t> threads{0};
  // relaxed: a number to tell threads apart.
  thread_local const std::size_t number = threads.fetch_add(1, std::memory_order_relaxed);
  return pool.at(number % pool.size()).in();
}

submit_status submit_newest_first(pool_state& pool, job& newest, job& oldest) noexcept {
  if (inbox_of_this_thread(pool).push_chain(&newest, &oldest) == inbox_push::closed) {
    return submit_status::closed;
  }
  pool.wake_one();
  return submit_status::accepted;
}

ticket admit_to_bounded(pool_state& pool, bool may_block) {
  pending_bound& bound = pool.bound();
  const inbox<job>& in = inbox_of_this_thread(pool);
  for (;;) {
    if (in.closed()) {
      return {submit_status::closed};
    }
    if (bound.try_enter()) {
      return {submit_status::accepted, true};
    }
    if (!may_block || pool.options().on_full == on_full::reject) {
      return {submit_status::full};
    }
    // A worker of another pool must not block: the two pools might wait for each other.
    if (pool.options().on_full == on_full::run_in_caller || current_worker() != nullptr) {
      return {submit_status::accepted, false, true};
    }
    bound.wait_for_room([&in] { return in.closed(); });
  }
}

}  // namespace

ticket admit(pool_state& pool, bool may_block) {
  if (pool.is_inside()) {
    return {};
  }
  if (pool.is_forked()) {
    return {submit_status::forked};
  }
  if (pool.bound().active()) {
    return admit_to_bounded(pool, may_block);
  }
  return {inbox_of_this_thread(pool).closed() ? submit_status::closed : submit_status::accepted};
}

submit_status submit(pool_state& pool, job& j) noexcept {
  if (pool.is_inside()) {
    current_worker()->push_tasks(j, 1);
    pool.wake_one();
    return submit_status::accepted;
  }
  return submit_newest_first(pool, j, j);
}

submit_status submit_chain(pool_state& pool, job& first, std::size_t count) noexcept {
  if (pool.is_inside()) {
    current_worker()->push_tasks(first, count);
    pool.wake_one();
    return submit_status::accepted;
  }
  // An inbox wants the newest first. A refused chain is the caller's again: it is turned back.
  const auto reverse = [](job* j) {
    job* turned = nullptr;
    while (j != nullptr) {
      job* const next = j->next;
      j->next = turned;
      turned = j;
      j = next;
    }
    return turned;
  };
  job* const newest = reverse(&first);
  const submit_status s = submit_newest_first(pool, *newest, first);
  if (s != submit_status::accepted) {
    first.next = nullptr;
    reverse(newest);
  }
  return s;
}

void leave_place() noexcept { acting_pool()->bound().leave(); }
void leave_place(pool_state& pool) noexcept { pool.bound().leave(); }

bool is_bounded(const pool_state& pool) noexcept { return pool.options().max_pending != 0; }
bool is_inside(const pool_state& pool) noexcept { return pool.is_inside(); }

void submit_and_wait(pool_state& pool, job& j, latch& done) {
  // Inside is handled by the caller; the bound does not count calls whose caller waits.
  if (pool.is_forked()) {
    throw_refused(submit_status::forked);
  }
  thread_parker& parker = thread_parker::mine();
  if (const submit_status s = submit(pool, j); s != submit_status::accepted) {
    throw_refused(s);
  }
  if (done.arm(parker)) {
    do {
      parker.park();
    } while (!done.is_set());
  }
}

void throw_refused(submit_status status) {
  switch (status) {
    case submit_status::full:
      throw pool_full();
    case submit_status::forked:
      throw usage_error("filch: a task was submitted in a child of fork(), where the pool has no threads; make a new pool");
    case submit_status::accepted:
    case submit_status::closed:
      break;
  }
  throw pool_closed();
}

in_place_scope::in_place_scope(pool_state& pool) noexcept : pool_(pool), outer_(set_acting_pool(&pool)) {
  pool_.in_place().enter();
}

in_place_scope::~in_place_scope() {
  set_acting_pool(outer_);
  pool_.in_place().leave();
  pool_.on_idle();
}

}  // namespace filch::inline v0::detail
