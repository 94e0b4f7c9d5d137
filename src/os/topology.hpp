// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace filch::inline v0::detail {

/// Where a CPU is: CPUs with the same number share it.
struct cpu_place {
  int cache = 0;  ///< the last level of cache
  int node = 0;   ///< the memory that is near
};

/// CPUs that the calling thread may run on, by number; empty if the system does not tell.
[[nodiscard]] std::vector<int> allowed_cpus();

/// If that is only one: that one; else -1.
[[nodiscard]] int only_allowed_cpu() noexcept;

/// The one that it runs on now; -1 if the system does not tell.
[[nodiscard]] int current_cpu() noexcept;

/// Where a CPU is, by the system's description of it under `root`. What that does not tell is 0.
[[nodiscard]] cpu_place place_of(int cpu, const std::string& root = "/sys/devices/system/cpu");

/// CPU time per wall time that the control groups of this process allow; nothing if there is no limit.
[[nodiscard]] std::optional<double> cpu_quota();

/// The rule of available_parallelism.
[[nodiscard]] std::size_t parallelism_from(std::size_t cpus, std::optional<double> quota) noexcept;

/// The quota of one "cpu.max" (cgroup v2) file's text, or of v1's quota and period.
[[nodiscard]] std::optional<double> parse_cpu_max(const std::string& text);

}  // namespace filch::inline v0::detail
