// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0 {

enum class shutdown_mode : unsigned char {
  drain,    ///< run everything that was accepted, and what it spawns
  discard,  ///< let running tasks end, destroy the queued ones uncalled
};

/// What a shutdown found and did. All counts are of tasks, since the pool was made unless said otherwise.
struct shutdown_report {
  std::size_t completed = 0;  ///< ran to their end
  std::size_t discarded = 0;  ///< destroyed uncalled: by the shutdown, or because a handle or group had cancelled them
  std::size_t running = 0;    ///< still running when the call returned
  std::size_t unhandled = 0;  ///< exceptions that nobody fetched
  bool joined = false;        ///< all workers have ended
};

}  // namespace filch::inline v0
