// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace filch::inline v0::detail {

/// A number of the calling thread's own among the living threads that have asked for one: the smallest that was free when it did,
/// as long as they are fewer than 64. So few threads have small numbers, however many came and went before. O(1), after the first call one
/// load.
[[nodiscard]] std::uint32_t producer_number() noexcept;

}  // namespace filch::inline v0::detail
