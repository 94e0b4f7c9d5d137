// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/memory/block_lists.hpp>

namespace filch::inline v0::detail {

/// Memory for one job, aligned to a cache line, from the calling thread's cache. Throws std::bad_alloc.
/// Lock-free once the thread's cache has grown to what it needs.
[[nodiscard]] FILCH_EXPORT void* allocate_block(std::size_t bytes);

/// Gives a block back, on any thread. Blocks of other threads go home in batches.
FILCH_EXPORT void release_block(void* block, std::size_t bytes) noexcept;

inline constexpr std::size_t block_alignment = 64;

/// The same, inline if the calling thread has a block at hand. Types may be over-aligned.
template <class T>
[[nodiscard]] FILCH_LOCAL void* allocate_for() {
  if constexpr (alignof(T) > block_alignment) {
    return ::operator new(sizeof(T), std::align_val_t{alignof(T)});
  } else {
    block_lists* const mine = current_blocks();
    free_block* const block = mine != nullptr ? mine->take(sizeof(T)) : nullptr;
    if (block != nullptr) {
      return block;
    }
    void* const other = allocate_block(sizeof(T));
    tsan_acquire(other);
    return other;
  }
}

template <class T>
FILCH_LOCAL void release_for(void* memory) noexcept {
  if constexpr (alignof(T) > block_alignment) {
    ::operator delete(memory, std::align_val_t{alignof(T)});
  } else {
    block_lists* const mine = current_blocks();
    if (mine == nullptr || !mine->give_back(memory, sizeof(T))) {
      tsan_release(memory);
      release_block(memory, sizeof(T));
    }
  }
}

template <class T>
struct FILCH_LOCAL block_releaser {
  void operator()(void* memory) const noexcept { release_for<T>(memory); }
};

/// Allocates and constructs an object. Frees the memory if the constructor throws.
template <class T, class... Args>
[[nodiscard]] FILCH_LOCAL T* make_in_block(Args&&... args) {
  std::unique_ptr<void, block_releaser<T>> memory(allocate_for<T>());
  T* const object = ::new (memory.get()) T(std::forward<Args>(args)...);
  static_cast<void>(memory.release());
  return object;
}

}  // namespace filch::inline v0::detail
