// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace filch::inline v0::detail {

struct thread_count {
  std::size_t workers;
  std::string reason;  ///< for thread_pool::describe
};

/// The explicit number, else FILCH_NUM_THREADS, else available_parallelism().
/// Throws: std::invalid_argument that names the culprit if a number is 0 or none.
[[nodiscard]] thread_count resolve_thread_count(std::optional<std::size_t> requested);

}  // namespace filch::inline v0::detail
