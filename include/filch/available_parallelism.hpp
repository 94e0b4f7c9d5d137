// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

#include <filch/config.hpp>

namespace filch::inline v0 {

/// How many threads can run at once: the CPUs of the affinity mask, or the cgroup's quota rounded up if that is less.
/// Returns: at least 1. Reads the system anew at each call.
[[nodiscard]] FILCH_EXPORT std::size_t available_parallelism() noexcept;

}  // namespace filch::inline v0
