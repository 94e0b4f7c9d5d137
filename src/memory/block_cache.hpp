// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>

#include <filch/detail/memory/block_lists.hpp>
#include <filch/detail/queues/inbox.hpp>

namespace filch::inline v0::detail {

struct cut_slab;

/// Blocks of a few sizes for one thread. The thread that allocated a block gets it back: at once when it frees the
/// block itself, else in batches through a queue that it empties by one exchange (docs/design/memory.md). A cache whose
/// thread has ended is handed to the next new thread.
class block_cache : public block_lists {
 public:
  block_cache() = default;
  block_cache(const block_cache&) = delete;
  block_cache& operator=(const block_cache&) = delete;

  /// The calling thread's own. Not while its thread_local objects are destroyed.
  [[nodiscard]] static block_cache& mine();

  [[nodiscard]] void* allocate(std::size_t bytes);
  void release(void* memory, std::size_t bytes) noexcept;

  /// From a cache of a thread that has ended, which this one has for the time of the call. Throws std::bad_alloc. Takes
  /// a lock.
  [[nodiscard]] static void* allocate_borrowed(std::size_t bytes);
  /// Gives one block back to where it came from, without a cache of the calling thread.
  static void send_home(void* memory, std::size_t bytes) noexcept;

  /// Sends an unfinished batch home.
  void flush() noexcept;
  /// Gives the slabs of which every block is free back to where slabs come from. O(free blocks).
  void trim() noexcept;

  /// The calling thread's; null if it has none yet.
  [[nodiscard]] static block_cache* mine_if_any() noexcept;
  /// Trims those whose threads have ended. Takes a lock.
  static void trim_idle() noexcept;

  /// What a cache, or several, have given out and not got back.
  struct census {
    std::size_t in_use = 0;     ///< blocks
    bool is_consistent = true;  ///< every free block is free once, and came from the cache where it is now
  };
  /// Of the calling thread and those whose threads have ended: of all, if no other thread has one. For tests. Takes a
  /// lock.
  [[nodiscard]] static census take_census() noexcept;

 private:
  friend class cache_registry;

  static constexpr std::size_t batch_limit = 64;

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
