// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch::inline v0::detail::sleep_word {

/// bits 0-11: index + 1 of the sleeper on top of the stack, 0 if nobody sleeps
/// bits 12-23: room: `full` + sleepers - guests
/// bits 24-35: workers that search
/// bits 36-63: counts the changes of the top, so that an old word is never taken for a new one
using type = std::uint64_t;

inline constexpr type field = 0xFFF;
inline constexpr type one_room = type{1} << 12;
inline constexpr type one_searching = type{1} << 24;
inline constexpr type one_epoch = type{1} << 36;

/// At room `full` as many threads run as the pool has workers.
inline constexpr std::int32_t full = 256;
inline constexpr std::size_t max_guests = full - 1;
inline constexpr std::size_t max_workers = field - full;

/// Nobody sleeps, and there are no guests.
inline constexpr type initial = type{full} * one_room;

[[nodiscard]] constexpr std::uint32_t top(type w) noexcept { return static_cast<std::uint32_t>(w & field); }
/// How many workers could wake before more threads run than the pool has workers; negative if more run already.
[[nodiscard]] constexpr std::int32_t room(type w) noexcept {
  return static_cast<std::int32_t>((w / one_room) & field) - full;
}
[[nodiscard]] constexpr std::uint32_t searching(type w) noexcept {
  return static_cast<std::uint32_t>((w / one_searching) & field);
}
/// Somebody sleeps and nobody searches: new work needs a wake-up.
[[nodiscard]] constexpr bool wants_wake(type w) noexcept { return top(w) != 0 && searching(w) == 0; }
/// The same for work whose owner runs it itself in the end: only if there is room.
[[nodiscard]] constexpr bool wants_helper(type w) noexcept { return wants_wake(w) && room(w) > 0; }
[[nodiscard]] constexpr type with_top(type w, std::uint32_t t) noexcept { return ((w & ~field) | t) + one_epoch; }

static_assert(top(with_top(initial, 7)) == 7 && searching(with_top(initial + 3 * one_searching, 7)) == 3);
static_assert(room(initial - 2 * one_room) == -2 && room(initial + max_workers * one_room) == max_workers);

}  // namespace filch::inline v0::detail::sleep_word
