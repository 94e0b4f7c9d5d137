// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>

namespace filch_bench {

/// CPU time of all threads of this process.
[[nodiscard]] std::chrono::nanoseconds process_cpu_time();

/// Bytes of this process in memory, after free memory was handed back to the system; 0 where the
/// system does not tell.
[[nodiscard]] std::size_t resident_bytes();

/// The most bytes of this process that were in memory at once; 0 where the system does not tell. Not
/// from getrusage(), which counts what the parent had before exec.
[[nodiscard]] std::size_t peak_resident_bytes();

}  // namespace filch_bench
