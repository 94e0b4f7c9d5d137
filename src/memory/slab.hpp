// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch::inline v0::detail {

class block_cache;

/// A piece of memory, aligned to its own size, that one cache cuts into blocks of one size. Its first bytes say whose
/// it is, so that a block finds its home by its address.
struct slab {
  static constexpr std::size_t bytes = 64 * 1024;

  block_cache* home;

  [[nodiscard]] static slab& of(void* block) noexcept {
    return *reinterpret_cast<slab*>(reinterpret_cast<std::uintptr_t>(block) & ~(bytes - 1));
  }
};

/// Memory for a slab, from chunks of many. Throws std::bad_alloc. Takes a lock.
[[nodiscard]] void* allocate_slab();

}  // namespace filch::inline v0::detail
