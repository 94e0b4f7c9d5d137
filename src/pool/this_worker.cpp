// SPDX-License-Identifier: BSL-1.0
#include <filch/this_worker.hpp>

#include <filch/thread_pool.hpp>

#include "pool/pool_state.hpp"

namespace filch::inline v0::this_worker {

std::optional<std::size_t> index() noexcept {
  const detail::worker* const w = detail::current_worker();
  return w != nullptr && w->is_listed() && !w->has_left_pool() ? std::optional<std::size_t>(w->index()) : std::nullopt;
}

std::size_t index_limit(const thread_pool& pool) noexcept { return pool.state().team().max_slots(); }

thread_pool* pool() noexcept {
  const detail::worker* const w = detail::current_worker();
  return w != nullptr && !w->has_left_pool() ? w->pool().owner() : nullptr;
}

}  // namespace filch::inline v0::this_worker
