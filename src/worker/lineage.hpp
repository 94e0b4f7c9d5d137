// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

namespace filch::inline v0::detail {

/// What the running job of a thread descends from, the outermost first: stolen forks, and at the beginning perhaps a
/// group, whose waiters all wait for the job. Each is known by its address.
///
/// Its thread changes the lineage only while no fork lies in the thread's deque. So a thief has read what a fork
/// descends from if it sees the fork in the deque, then reads the lineage, and then takes the fork by an exchange,
/// which proves that the fork still lay there (docs/design/waiting.md, "Lineage").
template <concurrency_policy Policy = native_policy>
class basic_lineage {
 public:
  /// Nothing is known of what is deeper.
  static constexpr std::size_t max_depth = 15;

  struct path {
    std::array<const void*, max_depth> ids;  // the first `depth` of them
    std::size_t depth = 0;

    void add(const void* id) noexcept {
      if (depth < max_depth) {
        ids[depth++] = id;
      }
    }
  };

  /// Any thread: whether `id` is at this depth. O(1).
  [[nodiscard]] bool has(const void* id, std::size_t depth) const noexcept {
    return depth < max_depth && read(depth) == id;
  }

  /// Any thread: copies all of it. O(depth).
  void copy_to(path& p) const noexcept {
    p.depth = 0;
    while (p.depth < max_depth && (p.ids[p.depth] = read(p.depth)) != nullptr) {
      ++p.depth;
    }
  }

  /// Any thread. O(depth).
  [[nodiscard]] std::size_t depth() const noexcept {
    std::size_t n = 0;
    while (n < max_depth && read(n) != nullptr) {
      ++n;
    }
    return n;
  }

  /// Its thread. O(old and new depth).
  void set(const path& p) noexcept {
    for (std::size_t i = 0; i < max_depth; ++i) {
      const void* const next = i < p.depth ? p.ids[i] : nullptr;
      // relaxed: only this thread writes it.
      const void* const old = ids_[i].load(std::memory_order_relaxed);
      if (old != next) {
        // relaxed: published by the push of the next fork.
        ids_[i].store(next, std::memory_order_relaxed);
      } else if (next == nullptr) {
        break;
      }
    }
  }

 private:
  [[nodiscard]] const void* read(std::size_t i) const noexcept {
    // relaxed: who has seen a fork sees what was written before its push; and the take fails for who sees something
    // newer.
    return ids_[i].load(std::memory_order_relaxed);
  }

  alignas(cache_line_size) std::array<typename Policy::template atomic<const void*>, max_depth> ids_{};
};

using lineage = basic_lineage<>;

}  // namespace filch::inline v0::detail
