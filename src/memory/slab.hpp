// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

#include <filch/detail/memory/block_lists.hpp>

namespace filch::inline v0::detail {

/// A slab as its cache sees it.
struct cut_slab : slab {
  cut_slab* next;           ///< of the same cache and size of blocks
  std::size_t free_blocks;  ///< while the cache is trimmed

  [[nodiscard]] static cut_slab& of(void* block) noexcept { return static_cast<cut_slab&>(slab::of(block)); }
};

/// Memory for a slab, from chunks of many. Throws std::bad_alloc. Takes a lock.
[[nodiscard]] void* allocate_slab();

/// Gives the memory of a slab back, for other slabs. Its pages go back to the system if that takes them. Takes a lock,
/// and makes a system call.
void release_slab(void* memory) noexcept;

}  // namespace filch::inline v0::detail
