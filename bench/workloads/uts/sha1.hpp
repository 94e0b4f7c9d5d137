// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace filch_bench {

using sha1_digest = std::array<std::uint8_t, 20>;

/// SHA-1 (FIPS 180-4) of a message of at most 55 bytes, which is one block.
[[nodiscard]] sha1_digest sha1_of_short(std::span<const std::uint8_t> message);

}  // namespace filch_bench
