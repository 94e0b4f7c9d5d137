// SPDX-License-Identifier: BSL-1.0
#include <utility>

#include <filch/detail/job.hpp>
#include <filch/detail/submit.hpp>
#include <filch/detail/worker.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include "current.hpp"
#include "pool_state.hpp"
#include "worker.hpp"

namespace filch::inline v0::detail {
namespace {

thread_local pool_state* this_thread_acts_for = nullptr;

}  // namespace

constinit thread_local fork_host* this_thread_host = nullptr;

#if !defined(__ELF__)
fork_host* current_host() noexcept { return this_thread_host; }
#endif

pool_state* acting_pool() noexcept {
  if (this_thread_acts_for != nullptr) {
    return this_thread_acts_for;
  }
  const fork_host* const host = current_host();
  return host != nullptr ? &host->pool() : nullptr;
}

pool_state* set_acting_pool(pool_state* pool) noexcept { return std::exchange(this_thread_acts_for, pool); }

void report_unhandled(std::exception_ptr error) noexcept {
  if (pool_state* const pool = acting_pool()) {
    pool->sink().report(std::move(error));
  }
}

}  // namespace filch::inline v0::detail

namespace filch::inline v0::this_worker {

std::optional<std::size_t> index() noexcept {
  if (const detail::worker* const w = detail::current_worker()) {
    return w->index();
  }
  return std::nullopt;
}

std::size_t max_index(const thread_pool& pool) noexcept { return pool.state().max_places(); }

thread_pool* pool() noexcept {
  const detail::worker* const w = detail::current_worker();
  return w != nullptr ? w->pool().owner() : nullptr;
}

}  // namespace filch::inline v0::this_worker
