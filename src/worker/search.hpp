// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <filch/detail/queues/steal_result.hpp>
#include <filch/detail/worker/fork_item.hpp>

#include "base/random.hpp"
#include "base/spin_budget.hpp"
#include "worker/adaptive_spin.hpp"
#include "worker/lineage.hpp"
#include "worker/peer.hpp"
#include "worker/victim_order.hpp"

namespace filch::inline v0::detail {

class team;
class worker;

/// One unit of work: a task, or what was stolen from among somebody's forks, or nothing.
struct work {
  job* task = nullptr;
  std::optional<fork_item> stolen{};

  [[nodiscard]] explicit operator bool() const noexcept { return task != nullptr || stolen.has_value(); }
};

/// How a worker finds work in the queues of the others, and how long it looks. Only the worker's own thread uses it.
class search {
 public:
  search(worker& self, detail::team& team, std::uint32_t index, victim_order victims);

  /// Whether the worker may take work of others now.
  [[nodiscard]] bool is_allowed() const noexcept;

  /// How long the next search lasts, and what it learns from: whether a search has found something, and how long the
  /// sleep after it was.
  [[nodiscard]] spin_budget budget() const noexcept;
  void note(bool has_found) noexcept { has_found ? spin_.found() : spin_.found_nothing(); }
  void slept(std::chrono::nanoseconds asleep) noexcept;

  /// Takes what the last victim has forked or spawned. If there is nothing, waits a moment for outside tasks in the
  /// inboxes where they came from before, so that a steady flow of tasks arrives in batches.
  [[nodiscard]] work await_batch() noexcept;

  /// Looks once at every queue of the pool, at those of the last victim first.
  [[nodiscard]] work steal_from_anyone(steal_effort effort) noexcept;

  /// For a worker that never runs dry: a task from outside that lies with another worker. That worker may be in a long
  /// task, and all others may have enough tasks of their own. Each call looks at another worker.
  [[nodiscard]] job* outside_task_elsewhere() noexcept;

  /// Steals an item that is `wanted` from among the victim's forks, and notes what the item descends from.
  template <class Wanted>
  [[nodiscard]] std::optional<fork_item> steal_fork(peer& victim, steal_effort effort, Wanted wanted) noexcept {
    const auto r = victim.forks().thief().steal_if(effort, [&](fork_item item) {
      victim.descent().copy_to(stolen_descent_);
      return wanted(item);
    });
    return got(r.status) ? std::optional(r.item) : std::nullopt;
  }
  /// What the item that was stolen last descends from.
  [[nodiscard]] lineage::path& stolen_descent() noexcept { return stolen_descent_; }

 private:
  [[nodiscard]] work steal_from(peer& victim, steal_effort effort) noexcept;
  [[nodiscard]] work steal_inside_work(peer& victim, steal_effort effort) noexcept;
  [[nodiscard]] job* steal_task(peer& victim, steal_effort effort) noexcept;
  [[nodiscard]] job* steal_outside_task(peer& victim) noexcept;
  [[nodiscard]] job* steal_half_of_fifo(peer& victim) noexcept;
  // Whether a steal got something; counts those that lost.
  [[nodiscard]] bool got(steal_status status) noexcept;

  worker& self_;
  detail::team& team_;
  random_source random_;
  victim_order victims_;
  std::uint32_t last_victim_;
  std::uint32_t fairness_victim_ = 0;  // whose outside tasks were looked at last, but for its own
  lineage::path stolen_descent_;
  adaptive_spin spin_;
};

}  // namespace filch::inline v0::detail
