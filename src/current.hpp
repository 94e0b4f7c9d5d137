// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/inside_scope.hpp>

namespace filch::inline v0::detail {

class worker;

/// The scope that the calling thread entered last and has not left; null on a thread that is inside of no pool.
[[nodiscard]] inside_scope* innermost_scope() noexcept;

/// What the calling thread is in `pool`, whatever other pools it has entered since; null if it runs nothing there.
[[nodiscard]] worker* host_in(const pool_state& pool) noexcept;

}  // namespace filch::inline v0::detail
