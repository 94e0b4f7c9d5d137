// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace filch::inline v0::detail {

/// CPUs that the calling thread may run on, by number; empty if the system does not tell.
[[nodiscard]] std::vector<int> allowed_cpus();

/// CPU time per wall time that the control groups of this process allow; nothing if there is no limit.
[[nodiscard]] std::optional<double> cpu_quota();

/// The rule of available_parallelism.
[[nodiscard]] std::size_t parallelism_from(std::size_t cpus, std::optional<double> quota) noexcept;

/// The quota of one "cpu.max" (cgroup v2) file's text, or of v1's quota and period.
[[nodiscard]] std::optional<double> parse_cpu_max(const std::string& text);

}  // namespace filch::inline v0::detail
