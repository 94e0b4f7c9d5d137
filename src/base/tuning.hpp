// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// The numbers that were chosen by measurement, each with the benchmark or the test that chose it. The page
/// docs/design/search.md says what those of the search gain.
namespace filch::inline v0::detail::tuning {

// The search for work.

/// Pauses after a look at the queues of others, about 0.2 us; the first looks have fewer. bench: bursts_100x64.
inline constexpr int pauses_per_look = 8;
/// Looks at where work came from last, before a worker scans all queues. bench: handover, wake.
inline constexpr int batch_looks = 8;
/// Scans that leave alone what only a heavy barrier could get, about 1 us. bench: fib, with more than two workers.
inline constexpr int patient_scans = 8;
/// The most tasks that a thief takes from a fifo at once. bench: submit_4p.
inline constexpr std::size_t fifo_batch = 32;
/// How many whole searches in vain make the next ones short, and how many of these come before the next whole one; a
/// short search has so small a part of the time. bench: wake, and the CPU time of a program that waits.
inline constexpr int whole_searches_in_vain = 4;
inline constexpr int short_searches = 64;
/// A short sleep counts as so many short searches. unit/adaptive_spin_test.
inline constexpr int short_searches_per_short_sleep = 32;
/// Rounds of a spin between two looks at the clock, which costs as much as one pause. bench: wake.
inline constexpr unsigned rounds_per_clock = 16;

// Progress.

/// Submissions for which a submitter relies on one searcher that does not come. unit/searcher_test; bench: submit_1p.
inline constexpr std::uint32_t submissions_per_searcher = 32;
/// One task in so many is an old one, or one of another worker. unit/fairness_test; bench: spawn_tree.
inline constexpr std::uint32_t neglected_period = 61;
/// The oldest task of a deque has its turn so often, and one look in so many reads the clock for that, because it costs
/// as much as two small tasks. unit/fairness_test; bench: spawn_tree.
inline constexpr std::chrono::milliseconds oldest_turn_interval{10};
inline constexpr std::uint32_t looks_per_clock = 4;

// Stack: what a worker runs on top of what it runs already.

/// Tasks that a wait runs inside of another wait, before the waits leave tasks to others. unit/deep_waits_test.
inline constexpr std::uint32_t most_nested_waits = 64;
/// Tasks that a thread discards inside of another's destructor, before it queues them. unit/shutdown_test.
inline constexpr std::uint32_t most_nested_discards = 64;

// Memory.

/// Items that a take from a fifo fetches ahead. bench: submit_4p.
inline constexpr std::int64_t fifo_prefetch_distance = 4;
/// Blocks of one other thread that a cache collects before it gives them back together. bench: submit_1p.
inline constexpr std::size_t blocks_per_return = 64;
/// Slabs of 64 KiB that are asked of the system at once, so that they come straight from it, page by page as they are
/// touched. unit/memory_test.
inline constexpr std::size_t slabs_per_chunk = 16;

}  // namespace filch::inline v0::detail::tuning
