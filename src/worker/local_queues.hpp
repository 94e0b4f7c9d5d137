// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/job/job.hpp>
#include <filch/detail/queues/steal_result.hpp>

#include "worker/reverse_chain.hpp"
#include "worker/worker_queues.hpp"

namespace filch::inline v0::detail {

/// A job that queues hold and link.
template <class T>
concept queued_job = requires(T& j) {
  { j.next } -> std::convertible_to<T*>;
  { j.identity() } -> std::same_as<void*>;
  { j.hand_over() } -> std::same_as<T&>;
};

/// What the owner of a worker's queues does with them: it pushes and pops, moves tasks from one to another, and keeps
/// those for which a queue has no memory. Only the worker's own thread may call it, or a thread that takes part in the
/// pool in its slot. The models run the same source.
///
/// The owner looks at its queues in this order: the forks (in fork_host; empty whenever the loop looks), the tasks (the
/// newest first), the fifo (a drained inbox, the oldest first), the overflow, and the inboxes. Outside threads submit
/// to the inboxes. In the slot of a guest the inbox holds what the guest submits, so that its task deque holds nothing
/// but children of groups, for which somebody waits.
///
/// `Team` must have wake_one(), and at(index).in(number), an inbox; it need not be complete here.
template <queued_job Job, class Team, concurrency_policy Policy = native_policy, std::size_t Inboxes = 4>
class basic_local_queues {
 public:
  using queues_type = basic_queues<Job, Policy, Inboxes>;

  basic_local_queues(Team& team, queues_type& queues, role r) noexcept : team_(team), queues_(queues), role_(r) {}

  /// Queues a job.
  void push_task(Job& j) noexcept {
    if (role_ == role::guest || role_ == role::lone_guest) {
      hand_to_workers(&j, &j);
    } else {
      push_child(j);
    }
  }

  /// The same for jobs that are linked by `next`. A worker takes the last of them first.
  void push_tasks(Job& first) noexcept {
    if (role_ == role::guest || role_ == role::lone_guest) {
      hand_to_workers(reverse_chain(&first), &first);
      return;
    }
    Job* j = &first;
    while (j != nullptr) {
      Job* const next = j->next;
      try {
        queues_.tasks.owner().push(j);
      } catch (const std::bad_alloc&) {
        add_to_overflow(j);
        return;
      }
      j = next;
    }
  }

  /// Queues a child of a group that has another owner.
  void push_child(Job& j) noexcept {
    if (role_ == role::lone_guest) {
      Job& handed = j.hand_over();
      hand_to_workers(&handed, &handed);
      return;
    }
    try {
      queues_.tasks.owner().push(&j);
    } catch (const std::bad_alloc&) {
      add_to_overflow(&j);
    }
  }

  /// Orders the jobs queued so far before any later seq_cst operation.
  void announce() noexcept { queues_.tasks.owner().announce(); }

  /// The newest task of the deque, or null.
  [[nodiscard]] Job* pop() noexcept {
    Job* j = nullptr;
    return queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j) ? j : nullptr;
  }

  /// The oldest task of the deque, or null.
  [[nodiscard]] Job* oldest() noexcept {
    for (;;) {
      const steal_result<Job*> r = queues_.tasks.owner().take_oldest();
      if (r.status != steal_status::lost) {
        return r.status == steal_status::got ? r.item : nullptr;
      }
    }
  }

  /// A task that lies in another queue than the deque, or null. Drains an inbox if the others are empty.
  [[nodiscard]] Job* next_outside() noexcept {
    for (;;) {
      const steal_result<Job*> r = queues_.fifo.take();
      if (r.status == steal_status::got) {
        return r.item;
      }
      if (r.status == steal_status::empty) {
        break;
      }
    }
    if (Job* const j = take_from_overflow()) {
      return j;
    }
    return start_on(queues_.in.drain());
  }

  /// What only this worker can take: the newest task of the deque, or else the oldest of the overflow. Null if there is
  /// none.
  [[nodiscard]] Job* take_own() noexcept {
    Job* const j = pop();
    return j != nullptr ? j : take_from_overflow();
  }

  /// The newest task of the deque, or of the overflow, that belongs to `identity`. Newer ones are handed over: they go
  /// to the fifo, where everybody can take them. So in the end the deque is empty, and stays empty while this worker is
  /// parked.
  [[nodiscard]] Job* take_of(void* identity) noexcept {
    while (Job* const j = pop()) {
      if (j->identity() == identity) {
        return j;
      }
      hand_over(*j);
    }
    for (Job** at = &overflow_; *at != nullptr; at = &(*at)->next) {
      if ((*at)->identity() == identity) {
        return std::exchange(*at, (*at)->next);
      }
    }
    return nullptr;
  }

  /// Whether it has tasks that nobody else can take, except in the deque.
  [[nodiscard]] bool has_overflow() const noexcept { return overflow_ != nullptr; }

  /// Returns the oldest job of a drained chain, to be run, and puts the others where everybody sees them. Null if the
  /// chain is empty.
  [[nodiscard]] Job* start_on(Job* newest_first) noexcept {
    if (newest_first == nullptr) {
      return nullptr;
    }
    Job* j = newest_first;
    std::size_t pending = 0;
    while (Job* const older = j->next) {
      try {
        queues_.fifo.append(j, pending);
      } catch (const std::bad_alloc&) {
        j = reverse_chain(j);
        add_to_overflow(j->next);
        break;
      }
      ++pending;
      j = older;
    }
    queues_.fifo.reverse_pending(pending);
    publish(pending);
    return j;
  }

  void push_to_fifo(std::span<Job* const> oldest_first) noexcept {
    if (role_ == role::lone_guest) {
      for (Job* const j : oldest_first) {
        hand_to_workers(j, j);
      }
      return;
    }
    std::size_t pending = 0;
    for (Job* const j : oldest_first) {
      j->next = nullptr;
      try {
        queues_.fifo.append(j, pending);
        ++pending;
      } catch (const std::bad_alloc&) {
        add_to_overflow(j);
      }
    }
    publish(pending);
  }

  /// Puts a job that this worker has taken where everybody can take it. A job of a group leaves a proxy.
  void hand_over(Job& j) noexcept {
    Job* const handed = &j.hand_over();
    push_to_fifo(std::span(&handed, 1));
  }

  /// Hands over all tasks that only this worker, or a thief, can take: what the worker is about to wait for may itself
  /// wait for one of them.
  void hand_over_all() noexcept {
    // The oldest goes first, because the fifo keeps the order, and an older task waits for no newer one.
    while (Job* const j = oldest()) {
      hand_over(*j);
    }
    Job* overflowed = std::exchange(overflow_, nullptr);
    while (overflowed != nullptr) {
      Job& oldest = *std::exchange(overflowed, overflowed->next);
      oldest.next = nullptr;
      hand_over(oldest);
    }
  }

 private:
  // Nobody would see the tasks of a lone guest, so they go to the inbox of a worker. The last sleeper does not count
  // lone guests, and so passes no heavy barrier for them. Hence the look for sleepers is ordered after the push here.
  void hand_to_workers(Job* newest, Job* oldest) noexcept {
    if (role_ != role::lone_guest) {
      static_cast<void>(queues_.in.of(0).push_chain(newest, oldest));  // a slot's inbox is never closed
      return;
    }
    static_cast<void>(team_.at(0).in(0).template push_chain<inbox_close::ignored>(newest, oldest));
    team_.wake_one();
  }

  void publish(std::size_t count) noexcept {
    if (count != 0) {
      queues_.fifo.publish(count);
      // While these jobs were between two queues, a sleeper may have looked and found neither.
      team_.wake_one();
    }
  }

  void add_to_overflow(Job* oldest_first) noexcept {
    Job** end = &overflow_;
    while (*end != nullptr) {
      end = &(*end)->next;
    }
    *end = oldest_first;
  }

  [[nodiscard]] Job* take_from_overflow() noexcept {
    return overflow_ == nullptr ? nullptr : std::exchange(overflow_, overflow_->next);
  }

  Team& team_;
  queues_type& queues_;
  Job* overflow_ = nullptr;  // oldest first: what the queues had no memory for
  const role role_;
};

}  // namespace filch::inline v0::detail
