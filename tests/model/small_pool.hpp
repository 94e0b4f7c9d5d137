// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <filch/detail/chase_lev_deque.hpp>
#include <filch/detail/fork_deque.hpp>

#include "coordination.hpp"
#include "explorer/policy.hpp"
#include "extra_places.hpp"
#include "parking/parker.hpp"
#include "queues.hpp"

namespace filch_model {

using filch::detail::role;
using filch::detail::steal_status;

struct alignas(8) task {
  task* next = nullptr;
  policy::plain<int> runs{0};
};

enum class queue : unsigned char { forks, tasks, lane, inbox };

/// What the system has.
enum class barriers : unsigned char { none, heavy };

/// In a model a thread that sleeps lends nothing.
struct no_region {
  [[nodiscard]] static std::optional<std::chrono::steady_clock::time_point> retry_at() noexcept { return std::nullopt; }
};

/// A worker's queues as shipped, of which a scenario uses one kind.
class small_worker {
 public:
  small_worker(std::uint32_t index, queue kind, barriers has, role r = role::resident)
      : index_(index), kind_(kind), role_(r), activity_(r != role::guest), queues_(ring_size, has == barriers::heavy) {}

  [[nodiscard]] std::uint32_t index() const noexcept { return index_; }
  [[nodiscard]] filch::detail::basic_activity<policy>& activity_word() noexcept { return activity_; }
  void park() noexcept { sleep_.park(); }
  [[nodiscard]] filch::detail::wake_patience& patience() noexcept { return patience_; }
  void wake() noexcept { sleep_.unpark(); }
  [[nodiscard]] bool has_tasks() noexcept { return queues_.any(role_); }
  [[nodiscard]] bool has_own() noexcept { return !forks_.thief().empty() || queues_.any_own(role_); }

  /// As its owner, or from outside into the inbox. False if that is closed.
  bool put(task& t) {
    switch (kind_) {
      case queue::forks:
        place_ = forks_.owner().push(&t);
        return true;
      case queue::tasks:
        queues_.tasks.owner().push(&t);
        return true;
      case queue::lane:
        queues_.lane.push(&t);
        return true;
      case queue::inbox:
        break;
    }
    return queues_.in.of(0).push(&t) == filch::detail::inbox_push::accepted;
  }

  /// After a `put` of a fork. As fork_host::attend, which wakes somebody then.
  [[nodiscard]] bool is_called() {
    return forks_.owner().called(place_) && (static_cast<void>(forks_.owner().answer(place_)), true);
  }
  void call_forker() { forks_.thief().call(); }

  /// From any thread: the next task, or all of an inbox, linked.
  [[nodiscard]] task* take() {
    if (kind_ == queue::inbox) {
      return queues_.in.drain();
    }
    const auto r = kind_ == queue::forks   ? forks_.thief().steal(filch::detail::steal_effort::any)
                   : kind_ == queue::tasks ? queues_.tasks.thief().steal()
                                           : queues_.lane.take();
    return r.status == steal_status::got ? r.item : nullptr;
  }

  [[nodiscard]] queue kind() const noexcept { return kind_; }
  void announce_tasks() noexcept { queues_.tasks.owner().announce(); }
  void close() { queues_.in.close(); }

 private:
  static constexpr std::size_t ring_size = 2;

  std::uint32_t index_;
  queue kind_;
  role role_;
  filch::detail::basic_activity<policy> activity_;
  filch::detail::wake_patience patience_;
  filch::detail::basic_parker<policy> sleep_;
  filch::detail::fork_deque<task*, policy, ring_size> forks_;
  filch::detail::ring_index place_ = 0;  // of the newest fork
  filch::detail::basic_queues<task, policy, 1> queues_;
};

class small_pool : public filch::detail::basic_coordination<small_pool, policy> {
 public:
  /// Of the queues, forks only depend on barriers, and tasks that are pushed where there are some.
  explicit small_pool(std::size_t size, queue kind = queue::inbox)
      : small_pool(size, kind, kind == queue::forks ? barriers::heavy : barriers::none) {}
  small_pool(std::size_t size, queue kind, barriers has)
      : basic_coordination(size, size + max_spares, has == barriers::heavy), size_(size), has_(has) {
    for (std::uint32_t i = 0; i < size; ++i) {
      workers_[i].emplace(i, kind, has);
    }
  }

  [[nodiscard]] std::size_t places() const noexcept { return size_ + extra_places_.made(); }
  [[nodiscard]] small_worker& at(std::size_t i) const noexcept {
    return i < size_ ? *workers_[i] : extra_places_.at(i - size_);
  }

  /// Others should be woken rather than this one.
  void displace(std::size_t index) { displaced_ = index; }
  [[nodiscard]] bool is_displaced(std::size_t index) const noexcept { return displaced_ == index; }
  [[nodiscard]] bool is_bound_here(std::size_t /*index*/) const noexcept { return false; }

  /// A place that nobody has, made if there is none, for tasks of one kind. As pool_state::enter_guest. Null if the pool
  /// drains.
  small_worker* enter_guest(queue kind) {
    small_worker& place = take_place(kind);
    if (!enter(place)) {
      give_up(place);
      return nullptr;
    }
    return &place;
  }

  void leave_guest(small_worker& place) {
    leave(place);
    give_up(place);
  }

  /// Where places come from; only one thread of a scenario may have to make one.
  small_worker& take_place(queue kind) {
    return *extra_places_.take([&](std::size_t i) {
      return std::make_unique<small_worker>(static_cast<std::uint32_t>(size_ + i), kind, has_, role::guest);
    });
  }
  /// A spare's place; it counts as busy. As pool_state::provide_sleeper.
  small_worker& add_spare(queue kind) {
    return *extra_places_.add_spare([&](std::size_t i) {
      return std::make_unique<small_worker>(static_cast<std::uint32_t>(size_ + i), kind, has_, role::spare);
    });
  }
  void give_up(small_worker& place) { extra_places_.leave(place.index() - size_); }

  bool submit(std::size_t to, task& t) {
    if (!at(to).put(t)) {
      return false;
    }
    if (at(to).kind() == queue::tasks) {
      wake_one_for(at(to));
    } else {
      wake_one();
    }
    return true;
  }

  /// As submit_child, whose group is at home elsewhere.
  void submit_child(small_worker& on, task& t) {
    on.put(t);
    wake_helper_for(on);
  }

  /// As a fork does.
  void fork(std::size_t on, task& t) {
    at(on).put(t);
    if (at(on).is_called()) {
      wake_thief();
    }
  }

  /// One look at every queue; runs what it finds. Says whether it found something.
  bool look_once(std::size_t self) {
    const std::size_t n = places();
    for (std::size_t i = 0; i < n; ++i) {
      if (task* t = at((self + i) % n).take()) {
        for (; t != nullptr; t = t->next) {
          check(t->runs.get() == 0, "a task runs twice");
          t->runs.set(1);
        }
        return true;
      }
    }
    return false;
  }

  /// The loop of a worker: looks, and sleeps when it finds nothing.
  void work(std::size_t self) {
    bool searching = false;
    for (;;) {
      while (look_once(self)) {
        if (searching) {
          searching = false;
          end_search();
        }
      }
      if (!sleep(at(self), searching)) {
        return;
      }
      searching = true;
    }
  }

  /// The same, but it sleeps once at most, without looking first.
  void sleep_once(std::size_t self, bool searching = false) { static_cast<void>(sleep(at(self), searching)); }

 private:
  static constexpr std::size_t max_spares = 2;

  std::size_t size_;
  barriers has_;
  std::optional<std::size_t> displaced_;
  mutable std::array<std::optional<small_worker>, 3> workers_;
  filch::detail::basic_extra_places<small_worker, policy> extra_places_{max_spares};
};

/// A scenario: one goes to sleep while another stops the pool.
inline void stop_against_a_sleeper() {
  small_pool pool(1);
  start("sleeper", [&] { pool.sleep_once(0); });
  start("closer", [&] { pool.stop(); });
  join_all();
}

}  // namespace filch_model
