// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/cache_line.hpp>

namespace filch::inline v0::detail {

/// What the job that a thread runs descends from: the stolen forks, and first of all perhaps a group, whose waiters
/// wait for it; outermost first. Each is known by its address.
///
/// Its thread changes it only while no fork lies in its deque. So whoever sees a fork there, then reads this, and then
/// takes the fork by an exchange that proves that it still lay there, has read what the fork descends from
/// (docs/design/waiting.md, "Lineage").
template <class Policy = native_policy>
class basic_lineage {
 public:
  /// Of what is deeper nothing is known.
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
