// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>

#include <filch/detail/memory/block_lists.hpp>
#include <filch/detail/queues/inbox.hpp>

namespace filch::inline v0::detail {

struct cut_slab;

/// The blocks of one thread, of a few sizes. The thread that allocated a block gets it back: at once if it frees the
/// block itself, otherwise in batches, through a queue that it empties by one exchange (docs/design/memory.md). A cache
/// whose thread has ended is handed to the next new thread.
class block_cache : public block_lists {
 public:
  block_cache() = default;
  block_cache(const block_cache&) = delete;
  block_cache& operator=(const block_cache&) = delete;

  /// The cache of the calling thread. Must not be called while the thread's thread_local objects are destroyed.
  [[nodiscard]] static block_cache& mine();

  [[nodiscard]] void* allocate(std::size_t bytes);
  void release(void* memory, std::size_t bytes) noexcept;

  /// Allocates from the cache of a thread that has ended, which the calling thread borrows for the time of the call.
  /// Throws std::bad_alloc. Takes a lock.
  [[nodiscard]] static void* allocate_borrowed(std::size_t bytes);
  /// Gives one block back to where it came from, without a cache of the calling thread.
  static void send_home(void* memory, std::size_t bytes) noexcept;

  /// Sends an unfinished batch home.
  void flush() noexcept;
  /// Gives back each slab of which every block is free. O(free blocks).
  void trim() noexcept;

  /// The cache of the calling thread. Null if it has none yet.
  [[nodiscard]] static block_cache* mine_if_any() noexcept;
  /// Trims the caches whose threads have ended. Takes a lock.
  static void trim_idle() noexcept;

  /// What one cache or several have given out and not got back.
  struct census {
    std::size_t in_use = 0;     ///< blocks
    bool is_consistent = true;  ///< every free block is free once, and came from the cache where it is now
  };
  /// The sum for the cache of the calling thread and those whose threads have ended. These are all caches if no other
  /// thread has one. For tests. Takes a lock.
  [[nodiscard]] static census take_census() noexcept;

 private:
  friend class cache_registry;

  struct size_class {
    std::byte* fresh = nullptr;  // the part of the newest slab that was never used
    std::byte* fresh_end = nullptr;
    cut_slab* slabs = nullptr;
    inbox<free_block> returned;
  };

  struct batch {
    block_cache* home = nullptr;
    std::size_t index = 0;
    free_block* newest = nullptr;
    free_block* oldest = nullptr;
    std::size_t size = 0;
  };

  void trim_class(std::size_t index) noexcept;
  void take_back(std::size_t index) noexcept;
  void add_to(census& sum) noexcept;

  std::array<size_class, 3> classes_;
  batch outgoing_;
  block_cache* next_idle_ = nullptr;
};

}  // namespace filch::inline v0::detail
