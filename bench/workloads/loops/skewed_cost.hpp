// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace filch_bench {

/// Steps each element costs: Pareto-distributed, the expensive ones first.
[[nodiscard]] std::vector<std::uint32_t> skewed_costs(std::size_t size);

/// `steps` dependent steps from `x` on.
[[nodiscard]] std::uint64_t spend(std::uint64_t x, std::uint32_t steps);

}  // namespace filch_bench
