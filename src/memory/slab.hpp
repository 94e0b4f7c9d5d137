// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/block_lists.hpp>

namespace filch::inline v0::detail {

/// Memory for a slab, from chunks of many. Throws std::bad_alloc. Takes a lock.
[[nodiscard]] void* allocate_slab();

}  // namespace filch::inline v0::detail
