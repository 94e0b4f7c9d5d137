// SPDX-License-Identifier: BSL-1.0
#include "worker/worker.hpp"

#include <array>
#include <span>
#include <utility>

#include "worker/team.hpp"

namespace filch::inline v0::detail {

bool worker::may_search() noexcept { return !has_left_pool() && !team().should_be_replaced(index_); }

spin_budget worker::search_budget() noexcept { return spin_budget(spin_.budget(team().spin())); }

// Takes what the last victim has forked or spawned. If there is nothing, waits a moment for outside tasks in the
// inboxes where they came from before, so that a steady flow of tasks arrives in batches.
work worker::await_batch() noexcept {
  detail::team& all = team();
  worker& victim = all.at(last_victim_);
  if (spin_.is_short() || all.spin().count() <= 0) {
    return {};
  }
  if (const work w = &victim != this ? steal_inside_work(victim, steal_effort::cheap) : work{}) {
    return w;
  }
  for (int look = 0; look < batch_looks; ++look) {
    for (worker* const source : {this, &victim}) {
      if (!source->queues_.in.empty()) {
        return steal_from(*source, steal_effort::cheap);
      }
    }
    for (int i = 0; i < pauses_per_look; ++i) {
      native_policy::pause();
    }
  }
  return {};
}

// Looks once at every queue of the pool, at those of the last victim first.
work worker::steal_from_anyone(steal_effort effort) noexcept {
  detail::team& all = team();
  work w = steal_from(all.at(last_victim_), effort);
  if (!w) {
    victims_.scan(random_, static_cast<std::uint32_t>(all.slots()), [&](std::uint32_t victim) {
      w = steal_from(all.at(victim), effort);
      last_victim_ = w ? victim : last_victim_;
      return static_cast<bool>(w);
    });
  }
  return w;
}

work worker::steal_from(worker& victim, steal_effort effort) noexcept {
  if (&victim == this) {
    return {.task = next_outside_task()};
  }
  if (const work w = steal_inside_work(victim, effort)) {
    return w;
  }
  return {.task = steal_outside_task(victim)};
}

work worker::steal_inside_work(worker& victim, steal_effort effort) noexcept {
  if (effort != steal_effort::none) {
    if (const auto stolen = steal_fork(victim, effort, [](fork_item) { return true; })) {
      return {.stolen = stolen};
    }
  }
  return {.task = effort != steal_effort::none || !victim.is_guest() ? steal_task(victim, effort) : nullptr};
}

// For a worker that never runs dry. The worker with whom an outside task lies may be in a long task, and all others may
// have enough tasks of their own. Each call looks at another worker.
job* worker::outside_task_elsewhere() noexcept {
  detail::team& all = team();
  worker& victim = all.at(++fairness_victim_ % static_cast<std::uint32_t>(all.slots()));
  return &victim == this ? nullptr : steal_outside_task(victim);
}

job* worker::steal_outside_task(worker& victim) noexcept {
  job* task = steal_half_of_fifo(victim);
  if (task == nullptr) {
    task = start_on(victim.queues_.in.drain());
    counters_.tasks_stolen.add(task != nullptr ? 1 : 0);
  }
  return task;
}

job* worker::steal_task(worker& victim, steal_effort effort) noexcept {
  reading_.begin();
  const auto r = victim.queues_.tasks.thief().steal(effort);
  reading_.end();
  if (!got(r.status)) {
    return nullptr;
  }
  counters_.tasks_stolen.add();
  return r.item;
}

job* worker::steal_half_of_fifo(worker& victim) noexcept {
  std::array<job*, fifo_batch> items;
  std::size_t taken = 0;
  reading_.begin();
  const steal_status status = victim.queues_.fifo.take_half(items.data(), items.size(), taken);
  reading_.end();
  if (!got(status)) {
    return nullptr;
  }
  counters_.tasks_stolen.add();
  push_to_fifo(std::span(items).subspan(1, taken - 1));
  return items[0];
}

}  // namespace filch::inline v0::detail
