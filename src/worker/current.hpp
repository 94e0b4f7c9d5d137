// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/inside_scope.hpp>

#include "worker/worker.hpp"

namespace filch::inline v0::detail {

// Every submission reads it.
extern constinit thread_local inside_scope* this_thread_scope FILCH_TLS_MODEL;

/// The scope that the calling thread entered last and has not left; null on a thread that is inside of no pool.
[[nodiscard]] inline inside_scope* innermost_scope() noexcept { return this_thread_scope; }

/// The same as `host_in`, for a thread whose current host is not of `pool`.
[[nodiscard]] worker* outer_host_in(const pool_state& pool) noexcept;

/// What the calling thread is in `pool`, whatever other pools it has entered since; null if it runs nothing there.
[[nodiscard]] inline worker* host_in(const pool_state& pool) noexcept {
  worker* const mine = current_worker();
  return mine == nullptr || mine->member_of() == &pool ? mine : outer_host_in(pool);
}

}  // namespace filch::inline v0::detail
