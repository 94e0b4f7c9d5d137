// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>

#include <filch/config.hpp>
#include <filch/detail/atomic.hpp>
#include <filch/detail/chase_lev_deque.hpp>
#include <filch/detail/latch.hpp>
#include <filch/detail/sleep_word.hpp>
#include <filch/detail/watch_slot.hpp>

namespace filch::inline v0::detail {

class fork_host;
class pool_state;

/// The second side of a fork, in the forking frame. Forks have a deque of their own: it is used strictly last in, first
/// out, so that a join finds its own job on top or knows it stolen (docs/design/waiting.md).
struct fork_job {
  using action = void (*)(fork_job&) noexcept;

  explicit fork_job(action r) noexcept : run(r) {}

  action run;  ///< calls the second side and sets `done`; the last access to this object
  latch done;
  std::atomic<fork_host*> thief{nullptr};  ///< who took it, once that one has begun
};

/// The part of a worker that forks and joins touch.
class fork_host {
 public:
  using deque = chase_lev_deque<fork_job*>;

  fork_host(pool_state& pool, const std::atomic<sleep_word::type>& sleepers) noexcept(false)
      : pool_(pool), sleepers_(sleepers) {}
  fork_host(const fork_host&) = delete;
  fork_host& operator=(const fork_host&) = delete;

  [[nodiscard]] deque& forks() noexcept { return forks_; }
  [[nodiscard]] pool_state& pool() const noexcept { return pool_; }

  /// Throws std::bad_alloc if the deque must grow and cannot; nothing is forked then.
  void fork(fork_job& j) {
    forks_.owner().push(&j);
    // relaxed: a missed sleeper costs parallelism for a moment, never progress: this thread joins its own fork.
    const sleep_word::type w = sleepers_.load(std::memory_order_relaxed);
    if (sleep_word::wants_wake(w)) {
      wake_thief();
    }
    if (watcher_.is_watched()) {
      call_watcher();
    }
  }

  /// Takes back the fork made last that is still open. False if it was stolen.
  [[nodiscard]] bool unfork() noexcept {
    fork_job* j = nullptr;
    return forks_.owner().pop(j);
  }

  /// Waits for a stolen fork. Meanwhile runs nothing but forks that the thief made for it.
  FILCH_EXPORT void wait_stolen(fork_job& j) noexcept;

  /// For a waiter that wants to help with what this worker forks.
  [[nodiscard]] watch_slot& watcher() noexcept { return watcher_; }

 protected:
  ~fork_host() = default;

 private:
  FILCH_EXPORT void wake_thief() noexcept;
  FILCH_EXPORT void call_watcher() noexcept;

  deque forks_;
  pool_state& pool_;
  const std::atomic<sleep_word::type>& sleepers_;
  watch_slot watcher_;
};

#if defined(__ELF__)
// Every fork reads it. initial-exec makes that one or two loads, in a shared library too; constinit spares the check whether
// it is initialised.
extern FILCH_EXPORT constinit thread_local fork_host* this_thread_host __attribute__((tls_model("initial-exec")));

/// The worker that the calling thread is; null elsewhere.
[[nodiscard]] inline fork_host* current_host() noexcept { return this_thread_host; }
#else
extern constinit thread_local fork_host* this_thread_host;  // a DLL cannot export it

[[nodiscard]] FILCH_EXPORT fork_host* current_host() noexcept;
#endif

}  // namespace filch::inline v0::detail
