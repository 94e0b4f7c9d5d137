// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>
#include <filch/detail/sort/sorts.hpp>

// Sorting and merging. This header needs the headers of Boost.Sort; the rest of filch does not.
//
// Each takes random-access iterators or a range, in the order of the arguments of the standard. `pool` may stand first;
// otherwise they use the pool of the worker that calls them, and default_pool() elsewhere. A grain and a
// std::stop_token may stand last, in any order; a grain is the number of elements that one thread sorts alone. The
// caller takes part, as in parallel_for.
//
// A sort takes a comparison in the place of operator<, and then a projection: (first, last, compare, projection). Every
// callable is called as by std::invoke, and as const, because several threads share it. Throws: what a callable throws,
// as parallel_for, and then some elements of a sort may be as they are after a move, as with std::sort; usage_error if
// a range is larger than std::size_t says; task_cancelled if the algorithm was asked to stop, and then all elements are
// still there, in no order.

namespace filch::inline v0 {

/// Sorts a range; equal elements get in no order. Complexity: O(n log n) for each input; no memory but for the stack
/// and some hundred bytes for each worker. Throws: std::bad_alloc too. Source: Peters, Pattern-defeating Quicksort,
/// 2021, for what one thread sorts.
inline constexpr detail::sort_fn parallel_sort;
/// Sorts a range; equal elements stay in their order. Throws: std::bad_alloc if there is no memory for one and a half
/// times as many elements; what it has moved by then is as after an exception of a comparison. Elements whose moves may
/// throw are sorted by one thread. Complexity: O(n log n).
inline constexpr detail::stable_sort_fn parallel_stable_sort;
/// Copies the elements of two sorted ranges to `out`, which overlaps neither, so that they are sorted there; of equal
/// elements those of the first range come first: (first1, last1, first2, last2, out, compare) or (range1, range2, out,
/// compare). Returns: the end of what was written. Complexity: O(n) comparisons, and O(log n) more for each part.
inline constexpr detail::merge_fn parallel_merge;

}  // namespace filch::inline v0
