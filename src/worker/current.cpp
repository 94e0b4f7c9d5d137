// SPDX-License-Identifier: BSL-1.0
#include <utility>

#include <filch/detail/job/job.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/detail/worker/fork_host.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include "pool/pool_state.hpp"
#include "worker/current.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {
constinit thread_local inside_scope* this_thread_scope = nullptr;
constinit thread_local fork_host* this_thread_host = nullptr;

#if !defined(__ELF__)
fork_host* current_host() noexcept { return this_thread_host; }
#endif

inside_scope::inside_scope(pool_state& pool, fork_host* host) noexcept
    : pool_(pool), host_(host), outer_host_(this_thread_host), outer_(std::exchange(this_thread_scope, this)) {
  if (host != nullptr) {
    this_thread_host = host;
  }
}

inside_scope::~inside_scope() {
  this_thread_host = outer_host_;
  this_thread_scope = outer_;
}

pool_state* acting_pool() noexcept { return this_thread_scope != nullptr ? &this_thread_scope->pool() : nullptr; }

worker* outer_host_in(const pool_state& pool) noexcept {
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr && s->host()->member_of() == &pool) {
      return static_cast<worker*>(s->host());
    }
  }
  return nullptr;
}

bool discards_for(const pool_state& pool) noexcept {
  return innermost_scope() != nullptr && host_in(pool) == nullptr && pool.is_inside();
}

void report_unhandled_in(pool_state& pool, std::exception_ptr error) noexcept { pool.sink().report(std::move(error)); }

void report_unhandled(std::exception_ptr error) noexcept {
  if (pool_state* const pool = acting_pool()) {
    pool->sink().report(std::move(error));
  }
}

}  // namespace filch::inline v0::detail

namespace filch::inline v0::this_worker {

std::optional<std::size_t> index() noexcept {
  const detail::worker* const w = detail::current_worker();
  return w != nullptr && w->is_listed() && !w->has_left_pool() ? std::optional<std::size_t>(w->index()) : std::nullopt;
}

std::size_t max_index(const thread_pool& pool) noexcept { return pool.state().max_places(); }

thread_pool* pool() noexcept {
  const detail::worker* const w = detail::current_worker();
  return w != nullptr && !w->has_left_pool() ? w->pool().owner() : nullptr;
}

}  // namespace filch::inline v0::this_worker
