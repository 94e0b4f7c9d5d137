// SPDX-License-Identifier: BSL-1.0
#include "worker/worker.hpp"

#include <chrono>
#include <new>
#include <span>
#include <utility>

#include <filch/detail/base/atomic.hpp>

#include "memory/block_cache.hpp"
#include "os/pages.hpp"
#include "worker/team.hpp"

namespace filch::inline v0::detail {

worker::worker(pool_state& pool, detail::team& team, std::uint32_t index, role r, victim_order victims)
    : fork_host(pool),
      team_(team),
      activity_(r != role::guest),
      random_(index + 1),
      victims_(std::move(victims)),
      wait_parker_(thread_parker::acquire()),
      index_(index),
      role_(r),
      last_victim_(index) {}

worker::~worker() { thread_parker::release(wait_parker_); }

void worker::push_task(job& j) noexcept {
  if (is_guest()) {
    hand_to_workers(&j, &j);
  } else {
    push_child(j);
  }
}

void worker::push_tasks(job& first) noexcept {
  if (is_guest()) {
    hand_to_workers(reverse_chain(&first), &first);
    return;
  }
  job* j = &first;
  while (j != nullptr) {
    job* const next = j->next;
    try {
      queues_.tasks.owner().push(j);
    } catch (const std::bad_alloc&) {
      add_to_overflow(j);
      return;
    }
    j = next;
  }
}

// Nobody would see the tasks of a lone guest, so they go to the inbox of a worker. The last sleeper does not count lone
// guests, and so passes no heavy barrier for them. Hence the look for sleepers is ordered after the push here.
void worker::hand_to_workers(job* newest, job* oldest) noexcept {
  if (is_listed()) {
    static_cast<void>(queues_.in.of(0).push_chain(newest, oldest));  // a slot's inbox is never closed
    return;
  }
  static_cast<void>(team().at(0).in(0).push_chain<inbox_close::ignored>(newest, oldest));
  team().wake_one();
}

void worker::push_child(job& j) noexcept {
  if (!is_listed()) {
    job* const handed = static_cast<job*>(j.act(j, job_op::hand_over));
    hand_to_workers(handed, handed);
    return;
  }
  try {
    queues_.tasks.owner().push(&j);
  } catch (const std::bad_alloc&) {
    add_to_overflow(&j);
  }
}

job* worker::next_task() noexcept {
  if (--until_neglected_ == 0) {
    if (has_left_pool()) {
      until_neglected_ = 1;
      return nullptr;
    }
    until_neglected_ = neglected_period;
    if (job* const j = neglected_task()) {
      return j;
    }
  }
  job* j = nullptr;
  if (queues_.tasks.owner().size() != 0 && queues_.tasks.owner().pop(j)) {
    return j;
  }
  return next_outside_task();
}

// A task that the newest tasks would otherwise keep waiting for ever: one from outside, and now and then the oldest of
// the own deque.
job* worker::neglected_task() noexcept {
  job* j = oldest_turn_.is_due() ? oldest_own_task() : nullptr;
  if (j == nullptr) {
    j = next_outside_task();
  }
  return j != nullptr ? j : outside_task_elsewhere();
}

job* worker::oldest_own_task() noexcept {
  for (;;) {
    const steal_result<job*> r = queues_.tasks.owner().take_oldest();
    if (r.status != steal_status::lost) {
      return r.status == steal_status::got ? r.item : nullptr;
    }
  }
}

job* worker::next_outside_task() noexcept {
  for (;;) {
    const steal_result<job*> r = queues_.fifo.take();
    if (r.status == steal_status::got) {
      return r.item;
    }
    if (r.status == steal_status::empty) {
      break;
    }
  }
  if (job* const j = take_from_overflow()) {
    return j;
  }
  return start_on(queues_.in.drain());
}

job* worker::take_from_overflow() noexcept {
  if (overflow_ == nullptr) {
    return nullptr;
  }
  return std::exchange(overflow_, overflow_->next);
}

// Returns the oldest job of a drained chain, to be run, and puts the others where everybody sees them.
job* worker::start_on(job* newest_first) noexcept {
  if (newest_first == nullptr) {
    return nullptr;
  }
  job* j = newest_first;
  std::size_t pending = 0;
  while (job* const older = j->next) {
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
  publish_fifo(pending);
  return j;
}

void worker::push_to_fifo(std::span<job* const> oldest_first) noexcept {
  if (!is_listed()) {
    for (job* const j : oldest_first) {
      hand_to_workers(j, j);
    }
    return;
  }
  std::size_t pending = 0;
  for (job* const j : oldest_first) {
    j->next = nullptr;
    try {
      queues_.fifo.append(j, pending);
      ++pending;
    } catch (const std::bad_alloc&) {
      add_to_overflow(j);
    }
  }
  publish_fifo(pending);
}

void worker::publish_fifo(std::size_t count) noexcept {
  if (count != 0) {
    queues_.fifo.publish(count);
    // While these jobs were between two queues, a sleeper may have looked and found neither.
    team().wake_one();
  }
}

void worker::add_to_overflow(job* oldest_first) noexcept {
  job** end = &overflow_;
  while (*end != nullptr) {
    end = &(*end)->next;
  }
  *end = oldest_first;
}

job* worker::take_for_discard() noexcept {
  for (;;) {
    const steal_result<job*> task = queues_.tasks.thief().steal();
    if (task.status == steal_status::got) {
      task.item->next = nullptr;
      return task.item;
    }
    const steal_result<job*> oldest = queues_.fifo.take();
    if (oldest.status == steal_status::got) {
      oldest.item->next = nullptr;
      return oldest.item;
    }
    if (task.status == steal_status::empty && oldest.status == steal_status::empty) {
      return queues_.in.drain();
    }
  }
}

void worker::wake() noexcept { sleep_.unpark(); }

void worker::park() noexcept {
  counters_.parks.add();
  sleep_.park();
  counters_.wakes.add();
}

bool worker::go_to_sleep() noexcept {
  if (has_left_pool()) {
    return false;  // the child's only thread ends, and the child with it
  }
  block_cache* const mine = block_cache::mine_if_any();
  if (mine != nullptr) {
    mine->flush();
  }
  idle_memory_.fall_asleep(mine, team().trims_asked(), [this](block_cache* cache) { trim(cache); });
  const auto begin = steady_clock::now();
  const bool go_on = sleep_in(team(), *this);
  spin_.slept(steady_clock::now() - begin, team().spin());
  idle_memory_.wake_up();
  if (go_on) {
    team().provide_sleeper();
  }
  return go_on;
}

void worker::trim_if_asleep(std::uint32_t trims_asked) noexcept {
  if (role_ != role::guest) {
    idle_memory_.trim_if_asleep(trims_asked, [this](block_cache* cache) { trim(cache); });
  }
}

void worker::trim(block_cache* cache) noexcept {
  if (cache != nullptr) {
    cache->trim();
  }
  // The pages are given back first, because the heap keeps the memory that it gets back.
  queues_.trim([this] { return team().nobody_reads_queues(); },
               [](auto ring) { give_back_pages(ring->data(), ring->bytes()); });
}

}  // namespace filch::inline v0::detail
