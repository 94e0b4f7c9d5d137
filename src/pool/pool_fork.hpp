// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

class pool_state;

/// The number of forks that led to this process, counted from the first call of `count_forks`. A pool that was made
/// under another count has no threads here.
inline atomic<unsigned long> fork_epoch{0};

/// Installs the handlers of fork(), once.
void count_forks() noexcept;

/// A pool in the list of all pools of the process, from its construction to its destruction.
class listed_pool {
 public:
  explicit listed_pool(const pool_state& pool) noexcept;
  ~listed_pool();
  listed_pool(const listed_pool&) = delete;
  listed_pool& operator=(const listed_pool&) = delete;

 private:
  friend class pools_of_process;

  const pool_state& pool_;
  listed_pool* next_ = nullptr;
  listed_pool* previous_ = nullptr;
};

/// Whether this is the address of a pool that a process made before it forked this one. Such a pool is never freed
/// here, so no other pool has its address; `pool` need not exist any more.
[[nodiscard]] bool is_left_behind(const pool_state* pool) noexcept;

}  // namespace filch::inline v0::detail
