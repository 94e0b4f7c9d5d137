// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <new>
#include <stop_token>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/mutex.hpp>
#include <filch/detail/base/tsan.hpp>
#include <filch/detail/fork_join/group_counter.hpp>
#include <filch/detail/fork_join/group_errors.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/memory/block.hpp>
#include <filch/detail/parking/latch.hpp>
#include <filch/detail/pool/submit.hpp>
#include <filch/detail/queues/inbox.hpp>
#include <filch/detail/worker/child_job.hpp>
#include <filch/detail/worker/fork_host.hpp>

namespace filch::inline v0::detail {

class group_proxy;
class pool_state;
class thread_parker;
class worker;

/// Corrects the counters for a task that is destroyed uncalled, by a thread that counts it as one that has ended.
FILCH_EXPORT void count_uncalled() noexcept;

/// What a task_group and its jobs share. It lies in the group, which outlives its jobs.
///
/// Its owner is the worker or guest that made it, if that belongs to the group's pool. Children that the owner runs in
/// the group lie among the owner's forks. Any other job that leaves the deque where its waiter would find it gets a
/// proxy, which is a second place from which it can be claimed (docs/design/groups.md, "Proxies").
class FILCH_EXPORT group_core {
 public:
  FILCH_LOCAL explicit group_core(pool_state& pool) noexcept
      : pool_(pool),
        owner_(fork_host::group_owner_in(pool)),
        job_base_(owner_ != nullptr ? owner_->job_base_above(this) : nullptr),
        biased_base_(job_base_ != nullptr ? job_base_ : nowhere()) {}
  FILCH_LOCAL ~group_core() = default;
  group_core(const group_core&) = delete;
  group_core& operator=(const group_core&) = delete;

  [[nodiscard]] pool_state& pool() const noexcept { return pool_; }
  [[nodiscard]] group_errors& errors() noexcept { return errors_; }
  [[nodiscard]] const group_errors& errors() const noexcept { return errors_; }

  /// The owner, if `submit_to_owner` may be called: the owner runs on the calling thread the job on whose stack the
  /// group lies, and nobody has waited since the last `submit`. Otherwise null.
  [[nodiscard]] FILCH_LOCAL fork_host* biased_owner() const noexcept {
    fork_host* const host = current_host();
    // relaxed: only the owner finds its own base there.
    return host != nullptr && host->job_base() == biased_base_.load(std::memory_order_relaxed) ? host : nullptr;
  }
  FILCH_LOCAL void submit_to_owner(fork_host& owner, child_job& j) noexcept { submit_biased(owner, j, true); }

  /// Queues a job of this group: with a proxy if the calling thread is no worker of the pool. Throws std::bad_alloc,
  /// pool_closed, and usage_error in a child of fork(). The job belongs to the caller again then.
  void submit(child_job& j);

  /// Blocks until every job has finished, and ends a cancel. Throws the first exception of a job; usage_error if
  /// another thread waits already.
  void wait();
  /// Blocks until every job has finished, or until `deadline`. Runs nothing, fetches no exception, and ends no cancel.
  /// Returns whether every job has finished. Throws usage_error if another thread waits already.
  [[nodiscard]] bool wait_until(steady_clock::time_point deadline);
  /// For ThreadSanitizer, by the thread that has waited.
  void tsan_see_end() const noexcept {
    done_.tsan_see_set();
    tsan_acquire(this);
  }
  /// Whether there is nothing to wait for. Asked by the thread that destroys the group.
  [[nodiscard]] bool is_at_rest() const noexcept {
    // relaxed: whoever was refused a wait has set it, and then destroys the group or is known to the thread that does.
    // Proxies of tasks that have finished stay in the list until somebody waits.
    return counter_.is_untouched() && proxies_.empty() && !was_refused_.load(std::memory_order_relaxed);
  }
  /// Blocks until every job has finished and no other thread waits.
  void wait_to_destroy() noexcept;

  void cancel() noexcept;
  [[nodiscard]] std::stop_token stop_token() const;
  [[nodiscard]] bool cancelled() const noexcept {
    // relaxed: a job that reads it late just runs.
    return cancelled_.load(std::memory_order_relaxed);
  }

  /// For a job that a shutdown has discarded: the thread that waits gets a task_cancelled.
  void keep_discarded() noexcept;

  /// One job's end. The group may be gone when it returns.
  void finish() noexcept;

  /// Owner: a child that it has submitted is taken out of its forks, and will be queued elsewhere.
  void release() noexcept;

  /// Makes a proxy for a job that moves to another queue. Returns what to queue there.
  [[nodiscard]] job& hand_over(job& j) noexcept;

 private:
  friend class awaited_group;

  FILCH_LOCAL void submit_biased(fork_host& owner, child_job& j, bool awaited) noexcept {
    counter_.add_biased();
    const ring_index index = owner.fork(fork_item(j, awaited));
    if (owner.poll_requested(index)) {
      acknowledge(j, index);
    }
  }
  void submit_elsewhere(child_job& j);
  void acknowledge(child_job& j, ring_index index) noexcept;
  void run_children(worker& owner) noexcept;
  void run_biased_children(worker& owner);
  void wait_away(worker* mine);
  void wait_in_child();
  void merge_count(bool is_owner) noexcept;
  void wait_for_jobs(worker* mine);
  [[nodiscard]] bool wait_for_signal_until(steady_clock::time_point deadline, thread_parker& parker) noexcept;
  void end_round();
  [[noreturn]] void refuse_wait();

  [[nodiscard]] const void* nowhere() const noexcept { return this; }
  [[nodiscard]] bool claim_one() noexcept;
  void offer(group_proxy& proxy) noexcept;
  void drop_proxies() noexcept;
  void drop_used_proxies() noexcept;

  static constexpr std::size_t few_proxies = 64;

  pool_state& pool_;
  fork_host* const owner_;
  const void* const job_base_;          // of the owner's job that does not end before the group; else null
  atomic<const void*> biased_base_;  // the same while `biased_owner` may say so; else nowhere()
  group_counter counter_;
  latch done_;
  group_errors errors_;
  mutex waiting_;                   // held by the thread that waits for others' jobs
  atomic<bool> was_refused_{false};  // some thread wanted to wait while another did
  mutable mutex stop_mutex_;
  mutable std::stop_source stop_{std::nostopstate};  // guarded by stop_mutex_; made when somebody asks for it
  atomic<bool> cancelled_{false};
  bool running_children_ = false;    // owner only
  std::uint32_t stolen_ = 0;         // owner only: so many of counter_.biased() are known to be stolen
  group_proxy* untried_ = nullptr;  // the waiter's: proxies that it took out of proxies_
  inbox<group_proxy, native_policy, alignof(void*)> proxies_;
  atomic<std::size_t> listed_proxies_{0};  // about how many are in proxies_
  atomic<std::size_t> tidy_at_{few_proxies};
  mutex tidying_;
};

/// For ThreadSanitizer: a wait for a group, whether it returns or throws.
struct FILCH_LOCAL tsan_wait {
  explicit tsan_wait([[maybe_unused]] const group_core& group) noexcept {
#if defined(FILCH_TSAN)
    group_ = &group;
  }
  ~tsan_wait() { group_->tsan_see_end(); }
  const group_core* group_;
#else
  }
#endif
};

/// A job of a group, with the callable inline.
template <class F>
class FILCH_LOCAL group_job final : public child_job {
 public:
  template <class G>
  group_job(group_core& g, G&& f) : child_job(&act_on, g) {
    ::new (static_cast<void*>(storage_)) F(std::forward<G>(f));
    tsan_release(this);
  }

  [[nodiscard]] F& callable() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }

  /// Destroys a job of `pool` that does not run.
  void drop(pool_state& pool) noexcept {
    destroy_reporting_in(pool, callable());
    release_for<group_job>(this);
  }

 private:
  static void* act_on(job& j, job_op op) noexcept {
    tsan_acquire(&j);
    auto& self = static_cast<group_job&>(j);
    if (op == job_op::run_here) {
      self.call();
      self.release_biased();
      tsan_release_pool();
      return nullptr;
    }
    return self.act_elsewhere(op);
  }

  FILCH_COLD void* act_elsewhere(job_op op) noexcept {
    group_core& core = group;
    switch (op) {
      case job_op::identify:
        tsan_release(this);  // of the read of `group`
        return &core;
      case job_op::hand_over:
        tsan_release(this);
        return &core.hand_over(*this);
      case job_op::run:
      case job_op::run_here:
        call();
        release_for<group_job>(this);
        break;
      case job_op::discard:
        drop(core.pool());
        core.keep_discarded();
        break;
    }
    tsan_release(&core);
    tsan_release_pool();
    core.finish();
    return nullptr;
  }

  // The block comes from this thread's cache, if it comes from one.
  void release_biased() noexcept {
    block_lists* const mine = current_blocks();
    if (alignof(group_job) > block_alignment || sizeof(group_job) > block_lists::largest || mine == nullptr) {
      release_for<group_job>(this);
    } else {
      mine->keep(this, sizeof(group_job));
    }
  }

  // Calls the callable, unless the group was cancelled, and destroys it.
  void call() noexcept {
    if (group.cancelled()) {
      count_uncalled();
      return destroy_reporting(callable());
    }
    call_and_destroy(
        callable(), [](F&& f) { static_cast<void>(std::move(f)()); },
        [this](std::exception_ptr error) { group.errors().keep(std::move(error)); });
  }

  alignas(F) std::byte storage_[sizeof(F)];
};

}  // namespace filch::inline v0::detail
