// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace filch::inline v0 {

/// Counters of a pool since it was made, summed over its workers. Each is exact; together they are of about one moment.
struct pool_metrics {
  std::uint64_t tasks_started = 0;
  std::uint64_t tasks_completed = 0;
  std::uint64_t tasks_discarded = 0;
  std::uint64_t forks_stolen = 0;          ///< second sides of a fork that another worker ran
  std::uint64_t tasks_stolen = 0;          ///< tasks taken from another worker's queues
  std::uint64_t steals_lost = 0;           ///< attempts at an item that another thread took first
  std::uint64_t parks = 0;                 ///< times that a worker slept for lack of work
  std::uint64_t wakes = 0;                 ///< times that a worker was woken for work
  std::uint64_t waits = 0;                 ///< waits inside tasks for something that others had begun
  std::uint64_t waits_idle = 0;            ///< of these, those that found nothing they might run
  std::uint64_t waits_parked = 0;          ///< times that a wait inside a task slept
  std::uint64_t spares = 0;                ///< threads made to run in the place of waits that sleep; they are kept
  std::uint64_t unhandled_exceptions = 0;  ///< exceptions that nobody fetched
};

}  // namespace filch::inline v0
