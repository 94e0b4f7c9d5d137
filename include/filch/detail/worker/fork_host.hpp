// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/parking/latch.hpp>
#include <filch/detail/parking/watch_slot.hpp>
#include <filch/detail/queues/fork_deque.hpp>
#include <filch/detail/worker/fork_item.hpp>

namespace filch::inline v0::detail {

class fork_host;
class pool_state;

/// Who runs a fork that was stolen. Null until it has begun.
template <class Host, concurrency_policy Policy = native_policy>
class basic_thief_mark {
 public:
  // [C2] release: shows the thief, which may be a spare that was made after the fork. Pairs with [C3].
  void set(Host& thief) noexcept { thief_.store(&thief, std::memory_order_release); }
  // [C3] acquire: sees the thief as it was made. Pairs with [C2].
  [[nodiscard]] Host* get() const noexcept { return thief_.load(std::memory_order_acquire); }

 private:
  typename Policy::template atomic<Host*> thief_{nullptr};
};

/// The second side of a fork. It lies in the frame that forks. Its deque holds only forks and children of groups, and
/// is last in, first out. So a join finds its own job on top, or knows that it was stolen (docs/design/waiting.md).
struct fork_job {
  using action = void (*)(fork_job&) noexcept;

  explicit fork_job(action r) noexcept : run(r) {}

  // A waiter that looks for a job below this fork takes the fork out of the deque. The frame of the fork runs it then.
  void withdraw() noexcept { index = advance(index, withdrawn); }
  [[nodiscard]] bool is_withdrawn(ring_index end) const noexcept { return distance(end, index) > withdrawn / 2; }

  action run;        ///< calls the second side and sets `done`; the last access to this object
  ring_index index;  ///< its index in the deque
  latch done;
  basic_thief_mark<fork_host> thief;

 private:
  static constexpr std::int64_t withdrawn = std::int64_t{1} << 61;
};

/// The part of a worker that forks and joins touch.
class fork_host {
 public:
  using deque = fork_deque<fork_item>;

  explicit fork_host(pool_state& pool) noexcept
      : pool_(pool), member_of_(&pool), keeps_groups_(native_policy::has_heavy_barrier()) {}
  fork_host(const fork_host&) = delete;
  fork_host& operator=(const fork_host&) = delete;

  [[nodiscard]] deque& forks() noexcept { return forks_; }
  [[nodiscard]] pool_state& pool() const noexcept { return pool_; }
  /// The same, but null in a child of fork(): the thread that forked the process is no worker of the pool there.
  [[nodiscard]] const pool_state* member_of() const noexcept { return member_of_; }

  /// Pushes an item, so that others can take it. Returns its index, for the functions below.
  [[nodiscard]] ring_index fork(fork_item item) noexcept { return forks_.owner().push(item); }

  /// After a fork: whether it must `acknowledge` the push.
  [[nodiscard]] bool poll_requested(ring_index index) noexcept { return forks_.owner().poll_requested(index); }

  /// Wakes a thief, or a waiter, if one is wanted. False if there was no room for the fork, which is then taken back.
  [[nodiscard]] FILCH_EXPORT bool acknowledge(ring_index index) noexcept;

  /// Takes back the fork made last that is still open. False if it was stolen.
  [[nodiscard]] FILCH_INLINE bool unfork(fork_job& j) noexcept {
    const ring_index index = j.index;
    if (forks_.owner().end() != advance(index, 1)) [[unlikely]] {
      return unfork_from_below(j);
    }
    return forks_.owner().pop(index);
  }

  /// Waits for a stolen fork. Meanwhile runs nothing but forks that the thief made for it.
  FILCH_EXPORT void wait_stolen(fork_job& j) noexcept;

  /// The owner of a group of `pool` that the calling thread makes. Null if the group has none.
  [[nodiscard]] FILCH_LOCAL static fork_host* group_owner_in(const pool_state& pool) noexcept;

  /// The address on this thread's stack at which its running job begins. Null between jobs.
  [[nodiscard]] const void* job_base() const noexcept { return job_base_; }
  /// The same if `object` lies in a function of that job, so that the job ends after the object. Otherwise null.
  [[nodiscard]] FILCH_EXPORT const void* job_base_above(const void* object) const noexcept;

  /// For a waiter that wants to help with what this worker forks.
  [[nodiscard]] watch_slot& watcher() noexcept { return watcher_; }

 protected:
  ~fork_host() = default;
  void forget_pool() noexcept { member_of_ = nullptr; }

 private:
  // The fork is not on top: groups that outlive the first side have left children above it, or a waiter has taken it
  // out, or it was stolen.
  [[nodiscard]] FILCH_EXPORT bool unfork_from_below(fork_job& j) noexcept;

  deque forks_;
  pool_state& pool_;
  const pool_state* member_of_;
  const bool keeps_groups_;  // a biased count depends on a barrier that a waiter elsewhere can raise
  watch_slot watcher_;

 protected:
  const void* job_base_ = nullptr;
};

#if defined(__ELF__)
// Every fork reads it. constinit spares the check whether it is initialised.
extern FILCH_EXPORT constinit thread_local fork_host* this_thread_host FILCH_TLS_MODEL;

/// The worker that the calling thread is; null elsewhere.
[[nodiscard]] FILCH_LOCAL inline fork_host* current_host() noexcept { return this_thread_host; }
#else
extern constinit thread_local fork_host* this_thread_host;  // a DLL cannot export it

[[nodiscard]] FILCH_EXPORT fork_host* current_host() noexcept;
#endif

inline fork_host* fork_host::group_owner_in(const pool_state& pool) noexcept {
  fork_host* const host = current_host();
  return host != nullptr && host->member_of_ == &pool && host->keeps_groups_ ? host : nullptr;
}

}  // namespace filch::inline v0::detail
