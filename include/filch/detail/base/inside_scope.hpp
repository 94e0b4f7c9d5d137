// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>

namespace filch::inline v0::detail {

class fork_host;
class pool_state;

/// From its constructor to its destructor the calling thread is inside of a pool. The scopes of a thread form a chain:
/// a worker of one pool can be a guest of a second pool, and discard tasks of a third. Whatever concerns one pool must
/// look at the whole chain, because the thread is inside of all these pools (docs/design/guests-and-spares.md,
/// "Inside").
class FILCH_EXPORT inside_scope {
 public:
  /// `host` is what the thread is in the pool: a worker, a spare or a guest. It becomes the current host. A thread that
  /// only discards tasks of the pool has none; the current host then stays what it was.
  inside_scope(pool_state& pool, fork_host* host) noexcept;
  ~inside_scope();
  inside_scope(const inside_scope&) = delete;
  inside_scope& operator=(const inside_scope&) = delete;

  [[nodiscard]] pool_state& pool() const noexcept { return pool_; }
  [[nodiscard]] fork_host* host() const noexcept { return host_; }
  /// The scope around this one; null for the outermost.
  [[nodiscard]] inside_scope* outer() const noexcept { return outer_; }

 private:
  pool_state& pool_;
  fork_host* const host_;
  fork_host* const outer_host_;
  inside_scope* const outer_;
};

/// The pool on whose behalf the calling thread runs or discards a task; null if there is none.
[[nodiscard]] FILCH_EXPORT pool_state* acting_pool() noexcept;

}  // namespace filch::inline v0::detail
