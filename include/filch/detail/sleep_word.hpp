// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch::inline v0::detail::sleep_word {

/// bits 0-15: index + 1 of the sleeper on top of the stack, 0 if nobody sleeps
/// bits 16-31: workers that search
/// bits 32-63: counts the changes of the top, so that an old word is never taken for a new one
using type = std::uint64_t;

inline constexpr type top_mask = 0xFFFF;
inline constexpr type one_searching = type{1} << 16;
inline constexpr type one_epoch = type{1} << 32;
inline constexpr std::size_t max_index = top_mask - 1;

[[nodiscard]] constexpr std::uint32_t top(type w) noexcept { return static_cast<std::uint32_t>(w & top_mask); }
[[nodiscard]] constexpr std::uint32_t searching(type w) noexcept {
  return static_cast<std::uint32_t>((w >> 16) & 0xFFFF);
}
/// Somebody sleeps and nobody searches: new work needs a wake-up.
[[nodiscard]] constexpr bool wants_wake(type w) noexcept { return top(w) != 0 && searching(w) == 0; }
[[nodiscard]] constexpr type with_top(type w, std::uint32_t t) noexcept { return ((w & ~top_mask) | t) + one_epoch; }

static_assert(top(with_top(0, 7)) == 7 && searching(with_top(3 * one_searching, 7)) == 3);

}  // namespace filch::inline v0::detail::sleep_word
