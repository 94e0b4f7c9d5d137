// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0::detail {

/// Distance in bytes that keeps two variables from sharing a line. A constant of our own:
/// std::hardware_destructive_interference_size differs between translation units built with other flags.
#if defined(__APPLE__) && defined(__aarch64__)
inline constexpr std::size_t cache_line_size = 128;
#else
inline constexpr std::size_t cache_line_size = 64;
#endif

}  // namespace filch::inline v0::detail
