// SPDX-License-Identifier: BSL-1.0
#include "worker/search.hpp"

#include <array>
#include <span>
#include <utility>

#include <filch/detail/base/atomic.hpp>

#include "base/tuning.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0::detail {

search::search(worker& self, detail::team& team, std::uint32_t index, victim_order victims)
    : self_(self), team_(team), random_(index + 1), victims_(std::move(victims)), last_victim_(index) {}

bool search::is_allowed() const noexcept { return !self_.has_left_pool() && !team_.should_be_replaced(self_.index()); }

spin_budget search::budget() const noexcept { return spin_budget(spin_.budget(team_.spin())); }

void search::slept(std::chrono::nanoseconds asleep) noexcept { spin_.slept(asleep, team_.spin()); }

work search::await_batch() noexcept {
  peer& victim = team_.at(last_victim_);
  if (spin_.is_short() || team_.spin().count() <= 0) {
    return {};
  }
  if (const work w = &victim != &self_ ? steal_inside_work(victim, steal_effort::cheap) : work{}) {
    return w;
  }
  for (int look = 0; look < tuning::batch_looks; ++look) {
    for (peer* const source : {static_cast<peer*>(&self_), &victim}) {
      if (!source->queues().in.empty()) {
        return steal_from(*source, steal_effort::cheap);
      }
    }
    for (int i = 0; i < tuning::pauses_per_look; ++i) {
      native_policy::pause();
    }
  }
  return {};
}

work search::steal_from_anyone(steal_effort effort) noexcept {
  work w = steal_from(team_.at(last_victim_), effort);
  if (!w) {
    victims_.scan(random_, static_cast<std::uint32_t>(team_.slots()), [&](std::uint32_t victim) {
      w = steal_from(team_.at(victim), effort);
      last_victim_ = w ? victim : last_victim_;
      return static_cast<bool>(w);
    });
  }
  return w;
}

work search::steal_from(peer& victim, steal_effort effort) noexcept {
  if (&victim == &self_) {
    return {.task = self_.local().next_outside()};
  }
  if (const work w = steal_inside_work(victim, effort)) {
    return w;
  }
  return {.task = steal_outside_task(victim)};
}

work search::steal_inside_work(peer& victim, steal_effort effort) noexcept {
  if (effort != steal_effort::none && !victim.are_forks_held()) {
    if (const auto stolen = steal_fork(victim, effort, [](fork_item) { return true; })) {
      return {.stolen = stolen};
    }
  }
  return {.task = effort != steal_effort::none || !victim.is_guest() ? steal_task(victim, effort) : nullptr};
}

job* search::outside_task_elsewhere() noexcept {
  peer& victim = team_.at(++fairness_victim_ % static_cast<std::uint32_t>(team_.slots()));
  return &victim == &self_ ? nullptr : steal_outside_task(victim);
}

job* search::steal_outside_task(peer& victim) noexcept {
  job* task = steal_half_of_fifo(victim);
  if (task == nullptr) {
    task = self_.local().start_on(victim.queues().in.drain());
    self_.counters().tasks_stolen.add(task != nullptr ? 1 : 0);
  }
  return task;
}

job* search::steal_task(peer& victim, steal_effort effort) noexcept {
  self_.reading().begin();
  const auto r = victim.queues().tasks.thief().steal(effort);
  self_.reading().end();
  if (!got(r.status)) {
    return nullptr;
  }
  self_.counters().tasks_stolen.add();
  return r.item;
}

job* search::steal_half_of_fifo(peer& victim) noexcept {
  std::array<job*, tuning::fifo_batch> items;
  std::size_t taken = 0;
  self_.reading().begin();
  const steal_status status = victim.queues().fifo.take_half(items.data(), items.size(), taken);
  self_.reading().end();
  if (!got(status)) {
    return nullptr;
  }
  self_.counters().tasks_stolen.add();
  self_.local().push_to_fifo(std::span(items).subspan(1, taken - 1));
  return items[0];
}

bool search::got(steal_status status) noexcept {
  if (status == steal_status::lost) {
    self_.counters().steals_lost.add();
  }
  return status == steal_status::got;
}

}  // namespace filch::inline v0::detail
