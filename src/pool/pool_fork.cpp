// SPDX-License-Identifier: BSL-1.0
#include "pool/pool_fork.hpp"

#include <atomic>
#include <mutex>
#include <utility>

#include <filch/detail/worker/fork_host.hpp>

#include "base/process_locks.hpp"
#include "os/futex_fork.hpp"
#include "pool/default_pool.hpp"
#include "worker/current.hpp"
#include "worker/submitter.hpp"
#include "worker/worker.hpp"

#if !defined(_WIN32)
#include <pthread.h>
#endif

// What fork() does to the library: docs/design/lifetime.md, "fork()".

namespace filch::inline v0::detail {

// Guarded by locks.pools, except left_behind_, which is written only by the handler in a child, when there is one
// thread.
class pools_of_process {
 public:
  void add(listed_pool& p) noexcept {
    p.next_ = all_;
    if (all_ != nullptr) {
      all_->previous_ = &p;
    }
    all_ = &p;
  }

  void remove(listed_pool& p) noexcept {
    (p.previous_ != nullptr ? p.previous_->next_ : all_) = p.next_;
    if (p.next_ != nullptr) {
      p.next_->previous_ = p.previous_;
    }
  }

  void leave_behind() noexcept {
    while (all_ != nullptr) {
      listed_pool& p = *std::exchange(all_, all_->next_);
      p.next_ = std::exchange(left_behind_, &p);
    }
  }

  [[nodiscard]] bool is_left_behind(const pool_state* pool) const noexcept {
    const listed_pool* p = left_behind_;
    while (p != nullptr && &p->pool_ != pool) {
      p = p->next_;
    }
    return p != nullptr;
  }

 private:
  listed_pool* all_ = nullptr;
  listed_pool* left_behind_ = nullptr;
};

namespace {

constinit pools_of_process pools;

#if !defined(_WIN32)

// Whatever is made at its first use is made now. Otherwise the child might wait for a thread that was making it.
extern "C" void filch_before_fork() {
  static_cast<void>(native_policy::has_heavy_barrier());
  prepare_futexes_for_fork();
  locks.lock_all();
}

extern "C" void filch_after_fork() { locks.unlock_all(); }

extern "C" void filch_after_fork_in_child() {
  // relaxed: a child of fork() has one thread, and it is the one that runs this.
  fork_epoch.fetch_add(1, std::memory_order_relaxed);
  pools.leave_behind();
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      static_cast<worker*>(s->host())->leave_pool();
    }
  }
  submitter::forget_others();
  forget_default_pool();
  renew_futexes_in_child();
  locks.unlock_all();
}

#endif

}  // namespace

#if !defined(_WIN32)

void count_forks() noexcept {
  static constinit atomic<bool> installed{false};
  // relaxed: nothing is published by it. Before main() the static object below has done it.
  if (!installed.load(std::memory_order_relaxed) && !installed.exchange(true, std::memory_order_relaxed)) {
    static_cast<void>(::pthread_atfork(&filch_before_fork, &filch_after_fork, &filch_after_fork_in_child));
  }
}

namespace {

// Runs before a second thread can be in the library.
[[maybe_unused]] const bool installed_at_load = (count_forks(), true);

}  // namespace

#else

void count_forks() noexcept {}

#endif

listed_pool::listed_pool(const pool_state& pool) noexcept : pool_(pool) {
  const std::lock_guard lock(locks.pools);
  pools.add(*this);
}

listed_pool::~listed_pool() {
  const std::lock_guard lock(locks.pools);
  pools.remove(*this);
}

bool is_left_behind(const pool_state* pool) noexcept {
  // relaxed: the only thread of the child wrote it before there were others.
  return fork_epoch.load(std::memory_order_relaxed) != 0 && pools.is_left_behind(pool);
}

}  // namespace filch::inline v0::detail
