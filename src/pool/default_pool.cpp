// SPDX-License-Identifier: BSL-1.0
#include "pool/default_pool.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/inside_scope.hpp>
#include <filch/detail/parking/latch.hpp>
#include <filch/errors.hpp>
#include <filch/pool_options.hpp>
#include <filch/thread_pool.hpp>

#include "base/process_locks.hpp"
#include "parking/thread_parker.hpp"
#include "pool/pool_fork.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"

namespace filch::inline v0 {
namespace {

// Never destroyed, because tasks may run until the process ends. Written under a lock of its own.
constinit detail::atomic<thread_pool*> the_default_pool{nullptr};

struct alignas(thread_pool) storage {
  std::array<std::byte, sizeof(thread_pool)> bytes;
};

// The first one lies here and not on the heap: ThreadSanitizer in a program with an uninstrumented filch does not see
// how the pool is published, but sees each allocation as a write. A child of fork() makes another one.
constinit storage first_storage{};
constinit bool first_is_used = false;

// The options that set_default_pool_options was given; null before that. Guarded by locks.default_pool, as the other
// variables here. A child of fork() uses the options again.
constinit const pool_options* chosen = nullptr;

// Where a thread makes the pool at this moment. The maker does not hold the lock: if the system refuses a thread of the
// pool, the maker joins the others, and their hooks may use filch. Written under the lock, and read without it.
constinit detail::atomic<const void*> maker_is_at{nullptr};

/// A thread that waits until the maker has finished.
struct waiter {
  detail::latch over;
  waiter* next = nullptr;
};
constinit waiter* waiters = nullptr;

// The caller holds the lock.
[[nodiscard]] bool is_being_made() noexcept {
  // relaxed: written under the lock.
  return maker_is_at.load(std::memory_order_relaxed) != nullptr;
}

// For the maker.
[[nodiscard]] bool is_being_made_at(const void* place) noexcept {
  // relaxed: equal only if the caller wrote it.
  return maker_is_at.load(std::memory_order_relaxed) == place;
}

// Nobody makes the pool any more. `made` is null if it could not be made.
void end_making(thread_pool* made) noexcept {
  waiter* first = nullptr;
  {
    const std::lock_guard lock(detail::locks.default_pool);
    // relaxed: see maker_is_at.
    maker_is_at.store(nullptr, std::memory_order_relaxed);
    // [X2] release: publishes the pool. Pairs with [X1].
    the_default_pool.store(made, std::memory_order_release);
    first = std::exchange(waiters, nullptr);
  }
  while (first != nullptr) {
    std::exchange(first, first->next)->over.set();
  }
}

// Whether the calling thread belongs to a default pool that could not be made, and runs one of its hooks.
[[nodiscard]] bool is_in_one_that_was_given_up() noexcept {
  for (const detail::inside_scope* s = detail::innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->pool().is_default && s->pool().team().is_closed() && !s->pool().is_forked()) {
      return true;
    }
  }
  return false;
}

struct attempt {
  thread_pool* made = nullptr;
  storage* place = nullptr;  // where the caller is to make it, if it is not made
  pool_options options{};
};

// Makes the calling thread the maker, or waits until there is no other one.
[[nodiscard]] attempt begin_making() {
  const detail::parker_for_wait parker;
  for (;;) {
    waiter me;
    {
      const std::lock_guard lock(detail::locks.default_pool);
      // relaxed: written under the lock.
      if (thread_pool* const pool = the_default_pool.load(std::memory_order_relaxed)) {
        return {.made = pool};
      }
      if (is_in_one_that_was_given_up()) {
        throw std::system_error(
            std::make_error_code(std::errc::resource_unavailable_try_again),
            "filch: a hook called default_pool(), which cannot be made, because the system refuses a thread");
      }
      if (!is_being_made()) {
        attempt mine{.options = chosen != nullptr ? *chosen : pool_options{}};
        mine.place = first_is_used ? new storage : &first_storage;
        first_is_used = true;
        // relaxed: see maker_is_at.
        maker_is_at.store(mine.place, std::memory_order_relaxed);
        return mine;
      }
      me.next = std::exchange(waiters, &me);
    }
    // The core is not lent: the maker waits for nobody meanwhile, and a spare would run the hook that waits here again.
    if (me.over.arm(parker.get())) {
      do {
        parker.get().park();
      } while (!me.over.is_set());
    }
  }
}

// The pool that was to be at this place could not be made, and its threads have ended.
void give_back(storage* place) noexcept {
  if (place != &first_storage) {
    delete place;
    return;
  }
  const std::lock_guard lock(detail::locks.default_pool);
  first_is_used = false;
}

}  // namespace

thread_pool& default_pool() {
  // [X1] acquire: the pool is complete. Pairs with [X2].
  if (thread_pool* const pool = the_default_pool.load(std::memory_order_acquire)) {
    return *pool;
  }
  detail::count_forks();
  attempt mine = begin_making();
  if (mine.made != nullptr) {
    return *mine.made;
  }
  try {
    auto* const pool = ::new (static_cast<void*>(mine.place)) thread_pool(std::move(mine.options));
    end_making(pool);
    return *pool;
  } catch (...) {
    if (is_being_made_at(mine.place)) {  // or it was given up before its threads were joined
      end_making(nullptr);
    }
    give_back(mine.place);
    throw;
  }
}

void set_default_pool_options(pool_options options) {
  auto mine = std::make_unique<const pool_options>(std::move(options));
  {
    const std::lock_guard lock(detail::locks.default_pool);
    // relaxed: written under the lock.
    if (is_being_made() || the_default_pool.load(std::memory_order_relaxed) != nullptr) {
      throw usage_error("filch: set_default_pool_options() was called after the first use of default_pool()");
    }
    mine.reset(std::exchange(chosen, mine.release()));
  }
  // The earlier options are destroyed here, without the lock, because their hooks are the user's.
}

namespace detail {

bool is_being_made_as_default_pool(const thread_pool& pool) noexcept { return is_being_made_at(&pool); }

void give_up_default_pool() noexcept { end_making(nullptr); }

// relaxed, both: a child of fork() has one thread, and it is the one that runs this. It neither makes the pool nor
// waits for it.
void forget_default_pool() noexcept {
  the_default_pool.store(nullptr, std::memory_order_relaxed);
  maker_is_at.store(nullptr, std::memory_order_relaxed);
  waiters = nullptr;
}

}  // namespace detail
}  // namespace filch::inline v0
