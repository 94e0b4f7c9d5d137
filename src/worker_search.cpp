// SPDX-License-Identifier: BSL-1.0
#include "worker.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pool_state.hpp"
#include "spin_budget.hpp"

namespace filch::inline v0::detail {

// A worker that has just run dry waits a moment for its own inbox before it tells anybody. Under a steady flow from
// outside, tasks so arrive in batches, and the words that the submitters read stay unwritten.
work worker::linger() noexcept {
  if (pool().spin().count() <= 0) {
    return {};
  }
  for (int look = 0; look < linger_looks; ++look) {
    for (int i = 0; i < pauses_per_look; ++i) {
      native_policy::pause();
    }
    if (!inbox_.empty()) {
      return {next_outside_task()};
    }
  }
  return {};
}

work worker::search() noexcept {
  pool_state& p = pool();
  if (!searching_ && !p.sleepers().start_search(p.search_cap())) {
    return {};
  }
  searching_ = true;
  spin_budget budget(p.spin());
  bool go_on = true;
  for (int pauses = 1; go_on && !p.stopping(); pauses = std::min(2 * pauses, pauses_per_look)) {
    if (const work w = steal_from_anyone()) {
      end_search();
      return w;
    }
    // The looks get rarer: each takes the queues' lines from those who work with them.
    for (int i = 0; go_on && i < pauses; ++i) {
      go_on = budget.spin();
    }
  }
  return {};
}

// With work in hand. Whoever submitted while this worker searched may have relied on it and woken nobody.
void worker::end_search() noexcept {
  searching_ = false;
  pool().sleepers().stop_search();
  if (pool().any_work()) {
    pool().wake_one();
  }
}

// One look at every queue of the pool: the last victim first, the others from a random one on.
work worker::steal_from_anyone() noexcept {
  pool_state& p = pool();
  if (const work w = steal_from(p.at(last_victim_))) {
    return w;
  }
  const auto n = static_cast<std::uint32_t>(p.size());
  const std::uint32_t first = random_.below(n);
  for (std::uint32_t k = 0; k < n; ++k) {
    const std::uint32_t victim = first + k < n ? first + k : first + k - n;
    if (const work w = steal_from(p.at(victim))) {
      last_victim_ = victim;
      return w;
    }
  }
  return {};
}

work worker::steal_from(worker& victim) noexcept {
  if (&victim == this) {
    return {next_outside_task()};
  }
  if (const auto fork = victim.forks().thief().steal(); got(fork.status)) {
    return {nullptr, fork.item};
  }
  job* task = nullptr;
  if (const auto r = victim.tasks_.thief().steal(); got(r.status)) {
    task = r.item;
  } else if (job* const laned = steal_half_of_lane(victim)) {
    task = laned;
  } else {
    task = start_on(victim.inbox_.drain());
  }
  if (task != nullptr) {
    counters_.tasks_stolen.add();
  }
  return {task};
}

job* worker::steal_half_of_lane(worker& victim) noexcept {
  std::array<job*, lane_batch> items;
  std::size_t taken = 0;
  const steal_status status = victim.lane_.take_half(items.data(), items.size(), taken);
  if (!got(status)) {
    return nullptr;
  }
  for (std::size_t i = 0; i < taken; ++i) {
    items[i]->next = i + 1 < taken ? items[i + 1] : nullptr;
  }
  return start_on(items[0]);
}

}  // namespace filch::inline v0::detail
