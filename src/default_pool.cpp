// SPDX-License-Identifier: BSL-1.0
#include "default_pool.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include <filch/detail/atomic.hpp>
#include <filch/errors.hpp>
#include <filch/pool_options.hpp>
#include <filch/thread_pool.hpp>

#include "pool_fork.hpp"
#include "pool_state.hpp"
#include "process_locks.hpp"

namespace filch::inline v0 {
namespace {

// Never destroyed: tasks may run until the process ends. Written with a lock of its own.
constinit detail::atomic<thread_pool*> the_default_pool{nullptr};

// The first one lies here and not on the heap: ThreadSanitizer in a program with an uninstrumented filch does not see how the
// pool is published, but sees each allocation as a write. A child of fork() makes another one.
alignas(thread_pool) constinit std::array<std::byte, sizeof(thread_pool)> first_storage{};
constinit bool first_is_made = false;

// What set_default_pool_options was told; null before. Guarded by locks.default_pool. A child of fork() needs it again.
constinit const pool_options* chosen = nullptr;

thread_pool* make() {
  pool_options options = chosen != nullptr ? *chosen : pool_options{};
  if (std::exchange(first_is_made, true)) {
    return new thread_pool(std::move(options));
  }
  try {
    return ::new (static_cast<void*>(first_storage.data())) thread_pool(std::move(options));
  } catch (...) {
    first_is_made = false;
    throw;
  }
}

}  // namespace

thread_pool& default_pool() {
  // [X1] acquire: the pool is complete. Pairs with [X2].
  if (thread_pool* const pool = the_default_pool.load(std::memory_order_acquire)) {
    return *pool;
  }
  detail::count_forks();
  const std::lock_guard lock(detail::locks.default_pool);
  // relaxed: written under the lock.
  thread_pool* pool = the_default_pool.load(std::memory_order_relaxed);
  if (pool == nullptr) {
    pool = make();
    pool->state().permanent = true;
    // [X2] release: publishes the pool. Pairs with [X1].
    the_default_pool.store(pool, std::memory_order_release);
  }
  return *pool;
}

void set_default_pool_options(pool_options options) {
  auto mine = std::make_unique<const pool_options>(std::move(options));
  {
    const std::lock_guard lock(detail::locks.default_pool);
    // relaxed: written under the lock.
    if (the_default_pool.load(std::memory_order_relaxed) != nullptr) {
      throw usage_error("filch: set_default_pool_options() was called after the first use of default_pool()");
    }
    mine.reset(std::exchange(chosen, mine.release()));
  }
  // The options of before go here, without the lock: hooks are the user's.
}

namespace detail {

// relaxed: a child of fork() has one thread, and it is the one that runs this.
void forget_default_pool() noexcept { the_default_pool.store(nullptr, std::memory_order_relaxed); }

}  // namespace detail
}  // namespace filch::inline v0
