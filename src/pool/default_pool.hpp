// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0 {
class thread_pool;
}

namespace filch::inline v0::detail {

/// Whether the calling thread makes the default pool, and `pool` is the place where it will be.
[[nodiscard]] bool is_being_made_as_default_pool(const thread_pool& pool) noexcept;

/// For the thread that makes the default pool, if the pool cannot be made. The threads that wait for the pool go on: a
/// thread of that pool, which is closed by now, is told so, and the others try to make the pool themselves.
void give_up_default_pool() noexcept;

/// In a child of fork(): the next call of default_pool() makes a new one.
void forget_default_pool() noexcept;

}  // namespace filch::inline v0::detail
