// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>
#include <filch/detail/loop/comparisons.hpp>
#include <filch/detail/loop/extreme_elements.hpp>
#include <filch/detail/loop/filters.hpp>
#include <filch/detail/loop/searches.hpp>
#include <filch/detail/loop/transforms.hpp>

// Algorithms of <algorithm>, in parallel. What they have in common:
//
// Each takes random-access iterators or a range, in the order of the arguments of the standard. `pool` may stand first;
// otherwise they use the pool of the worker that calls them, and default_pool() elsewhere. A grain and a
// std::stop_token may stand last, in any order. The caller takes part, as in parallel_for. An algorithm that takes less
// than some microseconds runs on its caller alone.
//
// Every callable is called as by std::invoke, and as const, because several threads share it. Throws: what a callable
// throws, as parallel_for, and what has been written by then stays written; usage_error if a range is larger than
// std::size_t says; task_cancelled if an algorithm that returns something was asked to stop before it knew it;
// std::bad_alloc where it needs memory, as filters do for some blocks of elements.

namespace filch::inline v0 {

/// out[i] = f(first[i]) for every element; with a second range, out[i] = f(first[i], second[i]). `out` may be one of
/// the ranges. Returns: the end of what was written.
inline constexpr detail::transform_fn parallel_transform;
/// Assigns `value` to every element.
inline constexpr detail::fill_fn parallel_fill;
/// Assigns f() to every element, in no order.
inline constexpr detail::generate_fn parallel_generate;
/// Copies the elements to `out`, which does not overlap them. Returns: the end of what was written.
inline constexpr detail::copy_fn parallel_copy;
/// Copies the elements for which the predicate is true to `out`, in their order; `out` does not overlap the range. The
/// predicate is called once for each element. Returns: the end of what was written.
inline constexpr detail::copy_if_fn parallel_copy_if;
/// Moves the elements for which the predicate is false to the front, in their order; those behind them are left as they
/// are after a move. The predicate is called once for each element. Returns: the end of what is kept.
inline constexpr detail::remove_if_fn parallel_remove_if;
/// Keeps the first of neighbours that are equal, as parallel_remove_if. By operator==, or by a predicate in its place,
/// which is an equivalence.
inline constexpr detail::unique_fn parallel_unique;
/// Puts the elements for which the predicate is true before the others, by exchanges, in no order. The predicate is
/// called once for each element. Returns: the end of those for which it is true.
inline constexpr detail::partition_fn parallel_partition;

/// The first element for which the predicate is true, and the end of the range if there is none. Elements behind it may
/// have been looked at. Complexity: if it is found at once, at most some microseconds are lost.
inline constexpr detail::find_if_fn parallel_find_if;
/// The first element that equals `value`, as parallel_find_if.
inline constexpr detail::find_fn parallel_find;
/// Whether the predicate is true for an element; for all; for none. Ends soon after it knows.
inline constexpr detail::search_fn<true, true> parallel_any_of;
inline constexpr detail::search_fn<false, false> parallel_all_of;
inline constexpr detail::search_fn<true, false> parallel_none_of;
/// How many elements there are for which the predicate is true; that equal `value`.
inline constexpr detail::count_if_fn parallel_count_if;
inline constexpr detail::count_fn parallel_count;
/// The first smallest element; the first largest; a pair of the first smallest and the last largest. By operator<, or
/// by a predicate in its place. The end of the range if it is empty; then the pair has its beginning twice.
inline constexpr detail::extreme_element_fn<detail::extreme::least> parallel_min_element;
inline constexpr detail::extreme_element_fn<detail::extreme::most> parallel_max_element;
inline constexpr detail::minmax_element_fn parallel_minmax_element;
/// The pair of the first elements that differ, or of the ends of what was compared. By operator==, or by a predicate in
/// its place. The second range is as long as the first, unless its end or the range itself is given.
inline constexpr detail::mismatch_fn parallel_mismatch;
/// Whether both ranges have the same elements, and the same size if both are known; as parallel_mismatch.
inline constexpr detail::equal_fn parallel_equal;

}  // namespace filch::inline v0
