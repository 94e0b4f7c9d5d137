// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/tsan.hpp>

namespace filch::inline v0::detail {

class block_lists;

struct free_block {
  free_block* next = nullptr;
};

/// A piece of memory that one thread's cache cuts into blocks of one size. It is aligned to its own size, and its first
/// bytes name the cache, so that the address of a block leads to the block's home.
struct slab {
  static constexpr std::size_t bytes = 64 * 1024;

  block_lists* home;

  [[nodiscard]] static slab& of(void* block) noexcept {
    return *reinterpret_cast<slab*>(reinterpret_cast<std::uintptr_t>(block) & ~(bytes - 1));
  }
};

/// The free blocks of 64, 128 and 256 bytes that a thread has at hand (docs/design/memory.md).
class block_lists {
 public:
  static constexpr std::size_t largest = 256;

  [[nodiscard]] static constexpr std::size_t index_of(std::size_t bytes) noexcept {
    return bytes <= 64 ? 0 : bytes <= 128 ? 1 : 2;
  }

  /// A block of at least that size. Null if the list has none.
  [[nodiscard]] free_block* take(std::size_t bytes) noexcept {
    if (bytes > largest) {
      return nullptr;
    }
    free_block*& list = free_[index_of(bytes)];
    free_block* const block = list;
    if (block != nullptr) {
      tsan_acquire(block);
      list = block->next;
      native_policy::prefetch(list);  // it may lie in another processor's cache, and will be wanted soon
    }
    return block;
  }

  /// Keeps the block. False if it belongs to another cache.
  [[nodiscard]] bool give_back(void* memory, std::size_t bytes) noexcept {
    const bool mine = bytes <= largest && slab::of(memory).home == this;
    if (mine) {
      keep(memory, bytes);
    }
    return mine;
  }

  /// The same for a block that is known to belong to this cache.
  void keep(void* memory, std::size_t bytes) noexcept {
    free_[index_of(bytes)] = ::new (memory) free_block{free_[index_of(bytes)]};
    tsan_release(memory);
  }

 private:
  friend class block_cache;

  std::array<free_block*, 3> free_{};
};

#if defined(__ELF__)
// Every job reads it: see this_thread_host.
extern FILCH_EXPORT constinit thread_local block_lists* this_thread_blocks __attribute__((tls_model("initial-exec")));

/// The lists of the calling thread. Null if it has none yet.
[[nodiscard]] FILCH_LOCAL inline block_lists* current_blocks() noexcept { return this_thread_blocks; }
#else
extern constinit thread_local block_lists* this_thread_blocks;  // a DLL cannot export it

[[nodiscard]] FILCH_EXPORT block_lists* current_blocks() noexcept;
#endif

}  // namespace filch::inline v0::detail
