// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <filch/detail/queues/fork_deque.hpp>

#include "explorer/policy.hpp"
#include "src/parking/parker.hpp"
#include "src/parking/wakeups.hpp"
#include "src/queues/chase_lev_deque.hpp"
#include "src/worker/extra_slots.hpp"
#include "src/worker/guest_entry.hpp"
#include "src/worker/local_queues.hpp"
#include "src/worker/push_and_wake.hpp"
#include "src/worker/worker_loop.hpp"

namespace filch_model {

using filch::detail::before_sleep;
using filch::detail::guest_entry;
using filch::detail::role;
using filch::detail::steal_effort;
using filch::detail::steal_status;

struct alignas(8) task {
  task* next = nullptr;
  policy::plain<int> runs{0};
  std::function<void()> body = [] {};

  /// No group has it, so it needs no proxy when it is handed over.
  [[nodiscard]] task& hand_over() noexcept { return *this; }
  [[nodiscard]] static void* identity() noexcept { return nullptr; }
};

enum class queue : unsigned char { forks, tasks, fifo, inbox };

/// What the system has.
enum class barriers : unsigned char { none, heavy };

/// In a model a thread that sleeps lends nothing.
struct no_region {
  [[nodiscard]] static std::optional<std::chrono::steady_clock::time_point> retry_at() noexcept { return std::nullopt; }
};

/// Who submits from outside. In these models no task ends the pool, so its hazard does nothing. hazard_model_test has
/// the shipped one.
class outside_submitter {
  struct no_hazard {
    static void protect(const void* /*object*/) noexcept {}
    static void release() noexcept {}
  };

 public:
  [[nodiscard]] static no_hazard pool() noexcept { return {}; }
  [[nodiscard]] filch::detail::wake_patience& patience() noexcept { return patience_; }

 private:
  filch::detail::wake_patience patience_;
};

class small_pool;

/// A worker's queues as shipped, of which a scenario uses one kind, and its loop.
class small_worker : public filch::detail::basic_worker_loop<small_worker> {
 public:
  small_worker(small_pool& pool, std::uint32_t index, queue kind, barriers has, role r = role::resident)
      : pool_(pool),
        index_(index),
        kind_(kind),
        role_(r),
        activity_(r != role::guest),
        queues_(ring_size, has == barriers::heavy),
        local_(pool, queues_, r) {}

  /// The body of its thread.
  void loop() noexcept { run_loop(); }
  /// One look at every queue; runs what it finds. Says whether it found something.
  bool look_once() noexcept {
    const work_type found = steal_from_anyone(steal_effort::any);
    if (found) {
      run(found);
    }
    return static_cast<bool>(found);
  }

  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] filch::detail::basic_activity<policy>& activity_word() noexcept { return activity_; }
  void park() noexcept { sleep_.park(); }
  [[nodiscard]] filch::detail::wake_patience& patience() noexcept { return patience_; }
  void wake() noexcept { sleep_.unpark(); }
  [[nodiscard]] bool has_tasks() noexcept { return queues_.any(role_); }
  [[nodiscard]] bool has_own() noexcept { return !forks_.thief().empty() || queues_.any_own(role_); }

  [[nodiscard]] auto& in(std::size_t which) noexcept { return queues_.in.of(which); }
  /// As its owner, or from outside into the inbox, which is open. Nobody is woken.
  void put(task& t) {
    switch (kind_) {
      case queue::forks:
        newest_fork_ = forks_.owner().push(&t);
        break;
      case queue::tasks:
        local_.push_child(t);
        break;
      case queue::fifo:
        queues_.fifo.push(&t);
        break;
      case queue::inbox:
        check(in(0).push(&t) == filch::detail::inbox_push::accepted, "refused");
        break;
    }
  }
  [[nodiscard]] small_pool& team() noexcept { return pool_; }

  /// After a `put` of a fork. As fork_host::acknowledge, which wakes somebody then.
  [[nodiscard]] bool poll_requested() {
    if (!forks_.owner().poll_requested(newest_fork_)) {
      return false;
    }
    static_cast<void>(forks_.owner().acknowledge(newest_fork_));
    return true;
  }
  void request_poll() { forks_.thief().request_poll(); }

  /// From any thread: the next task, or all of an inbox, linked.
  [[nodiscard]] task* take(steal_effort effort = steal_effort::any) {
    if (kind_ == queue::inbox) {
      return queues_.in.drain();
    }
    const auto r = kind_ == queue::forks   ? forks_.thief().steal(effort)
                   : kind_ == queue::tasks ? queues_.tasks.thief().steal(effort)
                                           : queues_.fifo.take();
    return r.status == steal_status::got ? r.item : nullptr;
  }

  [[nodiscard]] queue kind() const noexcept { return kind_; }
  [[nodiscard]] auto& local() noexcept { return local_; }
  void announce_tasks() noexcept { local_.announce(); }
  void close() { queues_.in.close(); }
  [[nodiscard]] bool is_closed() noexcept { return queues_.in.of(0).closed(); }

 private:
  friend filch::detail::basic_worker_loop<small_worker>;

  struct work_type {
    task* first = nullptr;
    explicit operator bool() const noexcept { return first != nullptr; }
  };
  struct no_time {
    [[nodiscard]] static bool spin() noexcept { return false; }
  };

  [[nodiscard]] static bool must_make_way() noexcept { return false; }
  /// It is its own search.
  [[nodiscard]] small_worker& search() noexcept { return *this; }
  [[nodiscard]] bool is_allowed() const noexcept;
  [[nodiscard]] task* next_task() noexcept {
    return kind_ == queue::tasks ? local_.pop() : take();
  }
  [[nodiscard]] static work_type await_batch() noexcept { return {}; }
  [[nodiscard]] static no_time budget() noexcept { return {}; }
  static void note(bool) noexcept {}
  [[nodiscard]] work_type steal_from_anyone(steal_effort effort) noexcept;
  [[nodiscard]] bool go_to_sleep() noexcept;

  static void run_task(task& first) noexcept {
    for (task* t = &first; t != nullptr; t = t->next) {
      check(t->runs.get() == 0, "a task runs twice");
      t->runs.set(1);
      t->body();
    }
  }
  static void run(work_type w) noexcept { run_task(*w.first); }

  static constexpr std::size_t ring_size = 2;

  small_pool& pool_;
  std::uint32_t index_;
  queue kind_;
  role role_;
  filch::detail::basic_activity<policy> activity_;
  filch::detail::wake_patience patience_;
  filch::detail::basic_parker<policy> sleep_;
  filch::detail::fork_deque<task*, policy, ring_size> forks_;
  filch::detail::ring_index newest_fork_ = 0;  // of the newest fork
  filch::detail::basic_queues<task, policy, 1> queues_;
  filch::detail::basic_local_queues<task, small_pool, policy, 1> local_;
};

class small_pool : public filch::detail::basic_wakeups<small_pool, policy> {
  [[nodiscard]] auto make_guest(queue kind) {
    return [this, kind](std::size_t i) {
      return std::make_unique<small_worker>(*this, static_cast<std::uint32_t>(size_ + i), kind, has_, role::guest);
    };
  }

 public:
  /// Of the queues, forks only depend on barriers, and tasks that are pushed where there are some.
  explicit small_pool(std::size_t size, queue kind = queue::inbox)
      : small_pool(size, kind, kind == queue::forks ? barriers::heavy : barriers::none) {}
  small_pool(std::size_t size, queue kind, barriers has)
      : basic_wakeups(size, size + max_spares, has == barriers::heavy), size_(size), has_(has) {
    for (std::uint32_t i = 0; i < size; ++i) {
      workers_[i].emplace(*this, i, kind, has);
    }
  }

  [[nodiscard]] std::size_t slots() const noexcept { return size_ + extra_slots_.made(); }
  [[nodiscard]] small_worker& at(std::size_t i) const noexcept {
    return i < size_ ? *workers_[i] : extra_slots_.at(i - size_);
  }

  /// Others should be woken rather than this one.
  void displace(std::size_t index) { displaced_ = index; }
  [[nodiscard]] bool is_displaced(std::size_t index) const noexcept { return displaced_ == index; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool is_closed() const noexcept { return at(0).is_closed(); }

  /// A guest's slot for tasks of one kind, made if there is none; only one thread of a scenario may have to make one.
  /// Null if the pool refuses the guest.
  small_worker* enter_guest(queue kind) {
    small_worker* slot = nullptr;
    const guest_entry entry = enter_as_guest(*this, extra_slots_, make_guest(kind), slot);
    check(entry != guest_entry::no_slot, "too many guests");
    return entry == guest_entry::let_in ? slot : nullptr;
  }
  void leave_guest(small_worker& slot) { leave_as_guest(*this, extra_slots_, slot); }

  /// The slot alone: its guest is not counted.
  small_worker& take_slot(queue kind) { return *extra_slots_.take(make_guest(kind)); }
  /// A spare's slot; it counts as busy. As pool_state::provide_sleeper.
  small_worker& add_spare(queue kind) {
    return *extra_slots_.add_spare([&](std::size_t i) {
      return std::make_unique<small_worker>(*this, static_cast<std::uint32_t>(size_ + i), kind, has_, role::spare);
    });
  }
  void give_up(small_worker& slot) { extra_slots_.leave(slot.index() - size_); }

  /// From outside, or as the owner of `to`. False if its inbox is closed.
  bool submit(std::size_t to, task& t) {
    small_worker& worker = at(to);
    if (worker.kind() == queue::inbox) {
      outside_submitter me;
      return filch::detail::push_and_wake(&me, *this, worker.in(0), t, t) == filch::detail::inbox_push::accepted;
    }
    if (worker.kind() == queue::tasks) {
      filch::detail::push_inside_and_wake(worker, t);
    } else {
      worker.put(t);
      wake_one();
    }
    return true;
  }

  /// A child of a group that has another owner.
  void submit_child(small_worker& on, task& t) {
    if (on.kind() == queue::tasks) {
      filch::detail::push_child_and_wake(on, t);
    } else {
      on.put(t);
      wake_helper_for(on);
    }
  }

  /// As a fork does.
  void fork(std::size_t on, task& t) {
    at(on).put(t);
    if (at(on).poll_requested()) {
      wake_thief();
    }
  }

  /// Whether workers look at others' queues before they sleep, which makes a scenario a hundred times as large.
  bool searches = false;

  [[nodiscard]] std::uint32_t search_cap() const noexcept { return static_cast<std::uint32_t>((size_ + 1) / 2); }

  bool look_once(std::size_t self) { return at(self).look_once(); }
  void work(std::size_t self) { at(self).loop(); }

  /// Of a worker's loop, the sleep alone.
  void sleep_once(std::size_t self, before_sleep was = before_sleep::busy) { static_cast<void>(sleep(at(self), was)); }

 private:
  static constexpr std::size_t max_spares = 2;

  std::size_t size_;
  barriers has_;
  std::optional<std::size_t> displaced_;
  mutable std::array<std::optional<small_worker>, 3> workers_;
  filch::detail::basic_extra_slots<small_worker, policy> extra_slots_{max_spares};
};

inline small_worker::work_type small_worker::steal_from_anyone(steal_effort effort) noexcept {
  const std::size_t n = pool_.slots();
  for (std::size_t i = 0; i < n; ++i) {
    if (task* const first = pool_.at((index_ + i) % n).take(effort)) {
      return {first};
    }
  }
  return {};
}

inline bool small_worker::is_allowed() const noexcept { return pool_.searches; }

inline bool small_worker::go_to_sleep() noexcept { return sleep_in(pool_, *this); }

/// A scenario: one goes to sleep while another stops the pool.
inline void stop_against_a_sleeper() {
  small_pool pool(1);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
}

}  // namespace filch_model
