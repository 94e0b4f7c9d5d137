// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

class pool_state;

/// The pool on whose behalf the calling thread runs or discards a task: that of an in_place_scope, else that of the
/// worker it is, else null.
[[nodiscard]] pool_state* acting_pool() noexcept;

/// Sets it; returns what an in_place_scope had set before.
pool_state* set_acting_pool(pool_state* pool) noexcept;

}  // namespace filch::inline v0::detail
