// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace filch::inline v0::detail {

/// Where a CPU is: CPUs with the same number share it.
struct cpu_location {
  int cache = 0;  ///< the last level of cache
  int node = 0;   ///< the memory that is near
};

/// The numbers of the CPUs on which the calling thread may run. Empty if the system does not tell.
[[nodiscard]] std::vector<int> allowed_cpus();

/// The number of that CPU if there is only one, otherwise -1.
[[nodiscard]] int only_allowed_cpu() noexcept;

/// The number of the CPU on which the calling thread runs now; -1 if the system does not tell.
[[nodiscard]] int current_cpu() noexcept;

/// Where a CPU is, by the system's description under `root`. Fields that this does not tell are 0.
[[nodiscard]] cpu_location location_of(int cpu, const std::string& root = "/sys/devices/system/cpu");

/// The CPU time per wall time that the control groups of this process allow. Nothing if there is no limit.
[[nodiscard]] std::optional<double> cpu_quota();

/// The rule of available_parallelism: how many threads can run at once.
[[nodiscard]] std::size_t parallelism_from(std::size_t cpus, std::optional<double> quota) noexcept;

/// The quota in the text of a "cpu.max" file (cgroup v2), or in quota and period of version 1.
[[nodiscard]] std::optional<double> parse_cpu_max(const std::string& text);

}  // namespace filch::inline v0::detail
