// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/config.hpp>
#include <filch/detail/loop/scans.hpp>

// Prefix sums and their relatives. Each writes one result for each element of [first, last), and takes random-access
// iterators or a range, in the order of the arguments of the standard: (first, last, out, ...) or (range, out, ...).
// `pool` may stand first; otherwise they use the pool of the worker that calls them, and default_pool() elsewhere. A
// grain and a std::stop_token may stand last, in any order. The caller takes part, as in parallel_for. Returns: the end
// of what was written.
//
// `op` is associative: op(a, op(b, c)) is op(op(a, b), c). It need not be commutative, because the elements stay in
// their order. How they are grouped depends on their number and on the grain only. So an operation that is only almost
// associative, such as the addition of floats, has the same results bit for bit, whatever the number of threads. A
// grain is the number of elements that one thread scans without a look at others.
//
// `out` may be `first`. Every callable is called as by std::invoke, and as const, because several threads share it.
// Throws: what a callable throws, as parallel_for, and what has been written by then stays written; usage_error if a
// range is larger than std::size_t says; task_cancelled if the algorithm was asked to stop before its end. Complexity:
// about twice as many calls of `op` and of a transformation as the serial algorithm makes, over memory that is read
// once. One block of elements, 16,384 numbers if no grain says otherwise, is scanned by the caller alone.

namespace filch::inline v0 {

/// (first, last, out), (first, last, out, op), (first, last, out, op, init): the result at an element combines `init`,
/// if there is one, and all elements up to that one. By operator+, or by `op` in its place. A result is of the type of
/// `init`, or of the elements.
inline constexpr detail::inclusive_scan_fn parallel_inclusive_scan;
/// (first, last, out, init), (first, last, out, init, op): the result at an element combines `init` and all elements
/// before that one.
inline constexpr detail::exclusive_scan_fn parallel_exclusive_scan;
/// (first, last, out, op, f), (first, last, out, op, f, init): the inclusive scan of f(x) for every element x.
inline constexpr detail::transform_inclusive_scan_fn parallel_transform_inclusive_scan;
/// (first, last, out, init, op, f): the exclusive scan of f(x) for every element x.
inline constexpr detail::transform_exclusive_scan_fn parallel_transform_exclusive_scan;

}  // namespace filch::inline v0
