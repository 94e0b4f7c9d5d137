// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <new>
#include <stop_token>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/block.hpp>
#include <filch/detail/child_job.hpp>
#include <filch/detail/compiler.hpp>
#include <filch/detail/group_counter.hpp>
#include <filch/detail/group_errors.hpp>
#include <filch/detail/inbox.hpp>
#include <filch/detail/job.hpp>
#include <filch/detail/latch.hpp>
#include <filch/detail/worker.hpp>

namespace filch::inline v0::detail {

class group_ticket;
class pool_state;

/// What a task_group and its jobs share. It lies in the group, which outlives its jobs.
///
/// Its home is the worker or guest that made it, if that is of its pool. What runs there lies among the forks. Any other job
/// that leaves the deque where its waiter would find it gets a ticket: a second place from which it can be claimed
/// (docs/design/waiting.md, "Groups").
class FILCH_EXPORT group_core {
 public:
  explicit group_core(pool_state& pool) noexcept : pool_(pool), home_(fork_host::home_in(pool)) {
    if (home_ != nullptr) {
      job_base_ = home_->job_base_above(this);
    }
  }
  group_core(const group_core&) = delete;
  group_core& operator=(const group_core&) = delete;

  [[nodiscard]] pool_state& pool() const noexcept { return pool_; }
  [[nodiscard]] group_errors& errors() noexcept { return errors_; }
  [[nodiscard]] const group_errors& errors() const noexcept { return errors_; }

  /// Queues a job of this group: with a ticket if the calling thread is no worker of the pool.
  /// Throws std::bad_alloc, pool_closed, usage_error in a fork child; the job is then the caller's again.
  void submit(child_job& j) {
    fork_host* const host = current_host();
    if (host == nullptr || host != home_ || counter_.is_shared()) {
      return submit_elsewhere(j);
    }
    counter_.add_at_home();
    const ring_index place = host->fork(fork_item(j, job_base_ == host->job_base()));
    if (at_home_++ == 0) {
      first_ = place;
    }
    if (host->is_called(place)) {
      attend(j, place);
    }
  }

  /// Blocks until every job has finished. Throws usage_error if another thread waits already.
  void wait();

  void cancel() noexcept;
  [[nodiscard]] std::stop_token stop_token() const;
  [[nodiscard]] bool cancelled() const noexcept {
    // relaxed: a job that reads it late just runs.
    return cancelled_.load(std::memory_order_relaxed);
  }

  /// For a job that was discarded by a shutdown: whoever waits gets a task_cancelled.
  void keep_discarded() noexcept;

  /// One job's end. The group may be gone when it returns.
  void finish() noexcept;

  /// A child that was submitted at home is taken out of the forks there, to be queued elsewhere.
  void release() noexcept;

  /// Makes a ticket for a job that moves to another queue. Returns: what to queue there.
  [[nodiscard]] job& displace(job& j) noexcept;

 private:
  friend class awaited_group;

  void submit_elsewhere(child_job& j);
  void attend(child_job& j, ring_index place) noexcept;
  void wait_at_home();
  void run_children() noexcept;
  void wait_for_counted(bool inside);

  [[nodiscard]] bool claim_one() noexcept;
  void offer(group_ticket& t) noexcept;
  void drop_tickets() noexcept;

  pool_state& pool_;
  fork_host* const home_;
  const void* job_base_ = nullptr;  // of the job at home that does not end before the group
  group_counter counter_;
  latch done_;
  group_errors errors_;
  mutable std::mutex stop_mutex_;
  mutable std::stop_source stop_{std::nostopstate};  // guarded by stop_mutex_; made when somebody asks for it
  std::atomic<bool> cancelled_{false};
  // At home only: how many children were submitted there and not taken out of the forks by it; the lowest place of those.
  std::size_t at_home_ = 0;
  ring_index first_;
  bool running_children_ = false;
  group_ticket* untried_ = nullptr;  // the waiter's: tickets that it took out of tickets_
  inbox<group_ticket> tickets_;
};

/// A job of a group, with the callable inline.
template <class F>
class group_job final : public child_job {
 public:
  template <class G>
  group_job(group_core& g, G&& f) : child_job(&act_on, g) {
    ::new (static_cast<void*>(storage_)) F(std::forward<G>(f));
  }

  [[nodiscard]] F& callable() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }

  /// Destroys a job that does not run.
  void drop() noexcept {
    destroy_reporting(callable());
    release_for<group_job>(this);
  }

 private:
  static void* act_on(job& j, job_op op) noexcept {
    auto& self = static_cast<group_job&>(j);
    if (op == job_op::run_here) {
      self.run();
      return nullptr;
    }
    return self.act_elsewhere(op);
  }

  FILCH_COLD void* act_elsewhere(job_op op) noexcept {
    group_core& core = group;
    switch (op) {
      case job_op::identify:
        return &core;
      case job_op::displace:
        return &core.displace(*this);
      case job_op::run:
      case job_op::run_here:
        run();
        break;
      case job_op::discard:
        drop();
        core.keep_discarded();
        break;
    }
    core.finish();
    return nullptr;
  }

  void run() noexcept {
    if (group.cancelled()) {
      return drop();
    }
    call_and_destroy(
        callable(), [](F&& f) { static_cast<void>(std::move(f)()); },
        [this](std::exception_ptr error) { group.errors().keep(std::move(error)); });
    release_for<group_job>(this);
  }

  alignas(F) std::byte storage_[sizeof(F)];
};

}  // namespace filch::inline v0::detail
