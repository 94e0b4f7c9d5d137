// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch_bench {

/// Turns pinning on for every later place_thread().
void enable_pinning();
[[nodiscard]] bool pinning_enabled();

/// Binds the calling thread to the k-th CPU of the process's mask, modulo their number, if pinning
/// is on. The main thread is 0, the workers of a pool count from 1.
void place_thread(std::size_t k);

/// CPUs that this process may use.
[[nodiscard]] std::size_t cpu_count();

}  // namespace filch_bench
