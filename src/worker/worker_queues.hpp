// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/queues/steal_result.hpp>

#include "queues/chase_lev_deque.hpp"
#include "queues/inboxes.hpp"
#include "queues/spmc_fifo.hpp"

namespace filch::inline v0::detail {

/// To whom the queues belong: to a worker; to a spare, which runs while a worker is parked in a wait; to a slot that
/// guests take in turn; or to a guest for which there was no such slot, and which no other thread knows.
enum class role : unsigned char { resident, spare, guest, lone_guest };

/// The queues of one worker, except its forks, which lie in fork_host (docs/design/deque.md).
template <class Job, concurrency_policy Policy = native_policy, std::size_t Inboxes = 4>
struct basic_queues {
  explicit basic_queues(std::size_t capacity = 256, bool has_heavy_barrier = Policy::has_heavy_barrier())
      : tasks(capacity, 0, has_heavy_barrier), fifo(capacity) {}

  chase_lev_deque<Job*, Policy> tasks;     ///< from inside; the owner takes the newest
  spmc_fifo<Job*, Policy> fifo;            ///< a drained inbox, and tasks that a waiter handed over
  basic_inboxes<Job, Policy, Inboxes> in;  ///< from outside

  /// Any thread, ordered after all earlier seq_cst operations: whether one of the queues holds something that a worker
  /// has to run. This must look at every kind of queue: a task that a sleeper overlooks here is not run before the next
  /// submission.
  [[nodiscard]] bool any(role r) noexcept {
    return !fifo.empty() || !in.empty() || (r != role::guest && !tasks.thief().empty());
  }
  /// The same for jobs that the owner runs itself in the end: the tasks of a guest are children of groups for which it
  /// waits.
  [[nodiscard]] bool any_own(role r) noexcept { return r == role::guest && !tasks.thief().empty(); }

  /// Any thread: takes some queued jobs, linked by `next`, which the caller must run or discard. Null if there are
  /// none.
  [[nodiscard]] Job* take_some() noexcept {
    for (;;) {
      const steal_result<Job*> stolen = tasks.thief().steal();
      if (stolen.status == steal_status::got) {
        stolen.item->next = nullptr;
        return stolen.item;
      }
      const steal_result<Job*> oldest = fifo.take();
      if (oldest.status == steal_status::got) {
        oldest.item->next = nullptr;
        return oldest.item;
      }
      if (stolen.status == steal_status::empty && oldest.status == steal_status::empty) {
        return in.drain();
      }
    }
  }

  /// Owner only: hands the rings of past bursts to `free`, one by one, if `nobody_reads()` says, after they were
  /// retired, that nobody may be reading one.
  template <class NobodyReads, class Free>
  void trim(NobodyReads nobody_reads, Free free) noexcept {
    auto of_tasks = tasks.owner().retire();
    auto of_fifo = fifo.retire();
    if (!of_tasks && !of_fifo) {
      return;
    }
    if (!nobody_reads()) {
      tasks.owner().keep(std::move(of_tasks));
      fifo.keep(std::move(of_fifo));
      return;
    }
    for (auto* const chain : {&of_tasks, &of_fifo}) {
      while (auto retired = std::move(*chain)) {
        *chain = retired->take_kept();
        free(std::move(retired));
      }
    }
  }
};

}  // namespace filch::inline v0::detail
