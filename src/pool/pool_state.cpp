// SPDX-License-Identifier: BSL-1.0
#include "pool/pool_state.hpp"

#include <filch/errors.hpp>

#include "memory/block_cache.hpp"
#include "os/pages.hpp"
#include "worker/blocking_region.hpp"
#include "worker/current.hpp"

namespace filch::inline v0::detail {

// relaxed, in the plain accessors below: each flag stands alone; where an order matters, the comment says so.

thread_pool* pool_state::owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

bool pool_state::is_inside() const noexcept {
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (&s->pool() == this && !is_forked()) {
      return true;
    }
  }
  return false;
}

bool pool_state::is_own_thread() const noexcept {
  return is_inside() || (serial_of_ended_loop == serial_ && !is_forked());
}

bool discards_for(const pool_state& pool) noexcept {
  return innermost_scope() != nullptr && host_in(pool) == nullptr && pool.is_inside();
}

bool pool_state::wait_idle(std::optional<steady_clock::time_point> deadline) {
  if (is_inside()) {
    throw usage_error("filch: wait_idle() was called by a task of the same pool, which would wait for itself");
  }
  if (is_forked()) {
    throw usage_error("filch: wait_idle() was called in a child of fork(), where the pool has no threads");
  }
  return team_.wait_until_quiescent<waiting_region>(deadline);
}

pool_metrics pool_state::metrics() const noexcept {
  pool_metrics all = counts_.sum(team_);
  all.unhandled_exceptions = sink_->count();
  return all;
}

void pool_state::trim() noexcept {
  if (block_cache* const mine = block_cache::mine_if_any()) {
    mine->trim();
  }
  block_cache::trim_idle();
  if (!is_forked()) {
    team_.ask_for_trim();
  }
  give_back_heap();
}

}  // namespace filch::inline v0::detail
