// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch::inline v0::detail::sleep_word {

/// The sleepers' word. A core is the right of one thread of the pool to run. A pool has as many cores as it was
/// asked to have workers. A worker that sleeps, or is parked in a wait, holds none. A spare holds one while it runs.
///
/// bits 0-11: index + 1 of the sleeper on top of the stack, 0 if nobody sleeps
/// bits 12-23: `bias` + cores that nobody holds; below zero while more threads hold one than there are
/// bits 24-35: workers that search
/// bits 36-42: guests that run
/// bits 43-63: counts the changes of the top, so that an old word is not taken for a new one
/// (docs/design/parking.md, "An old word")
using type = std::uint64_t;

inline constexpr type field = 0xFFF;
inline constexpr type one_core = type{1} << 12;
inline constexpr type one_searching = type{1} << 24;
inline constexpr type one_guest = type{1} << 36;
inline constexpr unsigned epoch_bits = 21;
inline constexpr type one_epoch = type{1} << (64 - epoch_bits);

inline constexpr std::int32_t bias = 2048;
inline constexpr std::size_t max_guests = 127;
inline constexpr std::size_t max_workers = bias - 1;
inline constexpr std::size_t max_spares = bias - 1;
/// The number of threads that may sleep is limited by the field for the top.
inline constexpr std::size_t index_limit = field - 1;

/// All workers run.
inline constexpr type initial = type{bias} * one_core;

[[nodiscard]] constexpr std::uint32_t top(type w) noexcept { return static_cast<std::uint32_t>(w & field); }
[[nodiscard]] constexpr std::int32_t free_cores(type w) noexcept {
  return static_cast<std::int32_t>((w / one_core) & field) - bias;
}
[[nodiscard]] constexpr std::uint32_t searching(type w) noexcept {
  return static_cast<std::uint32_t>((w / one_searching) & field);
}
[[nodiscard]] constexpr std::int32_t guests(type w) noexcept {
  return static_cast<std::int32_t>((w / one_guest) & max_guests);
}
/// How many more threads could run before more run than the pool was asked to have. Negative if more run already.
[[nodiscard]] constexpr std::int32_t free_beside_guests(type w) noexcept { return free_cores(w) - guests(w); }
/// Whether a sleeper could run if it were woken: somebody sleeps, and a core is free.
[[nodiscard]] constexpr bool can_wake(type w) noexcept { return top(w) != 0 && free_cores(w) > 0; }
/// Whether new work needs a wake-up: a sleeper could run, and nobody searches.
[[nodiscard]] constexpr bool wants_wake(type w) noexcept { return can_wake(w) && searching(w) == 0; }
/// The same for work whose owner runs it itself in the end: only if a core is free beside the guests.
[[nodiscard]] constexpr bool wants_helper(type w) noexcept { return wants_wake(w) && free_beside_guests(w) > 0; }
[[nodiscard]] constexpr type with_top(type w, std::uint32_t t, type epoch = one_epoch) noexcept {
  return ((w & ~field) | t) + epoch;
}

static_assert(top(with_top(initial, 7)) == 7 && searching(with_top(initial + 3 * one_searching, 7)) == 3);
static_assert(free_beside_guests(initial + one_core + 3 * one_guest) == -2 &&
              free_cores(initial + max_workers * one_core) == max_workers);
static_assert(free_cores(initial - max_spares * one_core) == -std::int32_t{max_spares});

}  // namespace filch::inline v0::detail::sleep_word
