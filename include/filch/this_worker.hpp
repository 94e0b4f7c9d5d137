// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>

#include <filch/config.hpp>

namespace filch::inline v0 {

class thread_pool;

namespace this_worker {

/// The index of the calling thread in the pool that it works for: 0 to thread_count() - 1 for a worker, more for a
/// guest (an outside thread within `invoke`, `fork_join` or a loop) and for a spare (a thread that runs in the place of
/// a task that waits), the same for no two threads at a time. Nothing on other threads, and for a guest beyond 64 at a
/// time.
[[nodiscard]] FILCH_EXPORT std::optional<std::size_t> index() noexcept;

/// One more than the largest index that `index()` gives in `pool`: the size of a table with a row for each worker.
[[nodiscard]] FILCH_EXPORT std::size_t index_limit(const thread_pool& pool) noexcept;

/// The same, under a name that says too little by one.
[[nodiscard, deprecated("use index_limit")]] FILCH_LOCAL inline std::size_t max_index(const thread_pool& p) noexcept {
  return index_limit(p);
}

/// The pool that the calling thread works for; null on other threads, and once one of the
/// pool's own tasks has destroyed it.
[[nodiscard]] FILCH_EXPORT thread_pool* pool() noexcept;

}  // namespace this_worker
}  // namespace filch::inline v0
