// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <stop_token>
#include <type_traits>

#include <filch/config.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/bounds.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/pool/pool_of_caller.hpp>
#include <filch/detail/loop/steps.hpp>
#include <filch/detail/loop/tiling.hpp>
#include <filch/grain.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

/// Calls `f(first[i])` for every i in [0, size).
template <class It, class Difference, class F>
FILCH_LOCAL void for_each_at(thread_pool& pool, const It& first, Difference size, const F& f,
                             const loop_options& options) {
  run_loop(pool, size_of_distance(size), options, [&](std::size_t lo, std::size_t hi) {
    for (; lo != hi; ++lo) {
      static_cast<void>(detail::invoke(f, first[static_cast<Difference>(lo)]));
    }
  });
}

}  // namespace detail

/// Calls `f(lo, hi)` on blocks that together make up [first, last), in parallel and in no order. Integral bounds are
/// converted to their common type. Every `f` of a loop is called as by std::invoke, and as const, because several
/// threads share it.
///
/// The caller takes part, from outside as a guest of `pool` (default_pool() if none is named). The first blocks are
/// small: they run on the caller and tell how much time the loop takes. A loop that takes less than some microseconds
/// is not shared. At most eight elements a worker are shared at once, because few are often large. Other blocks take
/// about 2 us, or at least `grain` elements and fewer than twice as many if a grain is given; that loop has no small
/// blocks at its beginning, unless it is smaller than the grain.
///
/// When a block throws, or the std::stop_token is asked to stop, the loop ends: each thread ends the block that it has
/// begun, and no other block is called. Throws: the exception that came first; others go to on_unhandled_exception. A
/// loop that was asked to stop returns as one that has ended. Before anything is called: usage_error if the common type
/// cannot hold a bound, such as -2 beside a std::size_t, or std::size_t not the number of elements.
template <std::integral First, std::integral Last, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_blocks(thread_pool& pool, First first, Last last, const F& f, Options... options) {
  using index = std::common_type_t<First, Last>;
  constexpr bool fits = std::invocable<const F&, index, index>;
  static_assert(fits,
                "filch: the body of parallel_for_blocks is called with two indices of the common type of the bounds, "
                "and as const: is it a mutable lambda, or has it other parameters?");
  if constexpr (fits) {
    const auto from = detail::to_index<index>(first);
    const std::size_t size = detail::range_size(from, detail::to_index<index>(last));
    detail::run_loop(pool, size, detail::loop_options(options...), [&](std::size_t lo, std::size_t hi) {
      static_cast<void>(detail::invoke(f, detail::nth(from, lo), detail::nth(from, hi)));
    });
  }
}

template <std::integral First, std::integral Last, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_blocks(First first, Last last, const F& f, Options... options) {
  parallel_for_blocks(detail::pool_of_caller(), first, last, f, options...);
}

/// Calls `f(i)` for every i in [first, last) if the bounds are integers, and `f(*i)` if they are iterators, in parallel
/// and in no order; otherwise as parallel_for_blocks.
template <class First, class Last, class F, detail::loop_option... Options>
requires detail::loop_bounds<First, Last> FILCH_LOCAL void parallel_for(thread_pool& pool, First first, Last last,
                                                                        const F& f, Options... options) {
  if constexpr (std::integral<First>) {
    using index = std::common_type_t<First, Last>;
    constexpr bool fits = std::invocable<const F&, index>;
    static_assert(fits,
                  "filch: the body of parallel_for is called with one index of the common type of the bounds, and as "
                  "const: is it a mutable lambda, or has it other parameters?");
    if constexpr (fits) {
      parallel_for_blocks(
          pool, first, last,
          [&f](index lo, index hi) {
            for (index i = lo; i != hi; ++i) {
              static_cast<void>(detail::invoke(f, i));
            }
          },
          options...);
    }
  } else {
    constexpr bool fits = std::invocable<const F&, std::iter_reference_t<First>>;
    static_assert(
        fits,
        "filch: the body of parallel_for is called with one element, and as const: is it a mutable lambda, or "
        "has it another parameter?");
    if constexpr (fits) {
      detail::for_each_at(pool, first, last - first, f, detail::loop_options(options...));
    }
  }
}

template <class First, class Last, class F, detail::loop_option... Options>
requires detail::loop_bounds<First, Last> FILCH_LOCAL void parallel_for(First first, Last last, const F& f,
                                                                        Options... options) {
  parallel_for(detail::pool_of_caller(), first, last, f, options...);
}

/// Calls `f(x)` for every element x of a range.
template <std::ranges::random_access_range R, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for(thread_pool& pool, R&& range, const F& f, Options... options) {
  constexpr bool fits = std::invocable<const F&, std::ranges::range_reference_t<R>>;
  static_assert(fits,
                "filch: the body of parallel_for is called with one element, and as const: is it a mutable lambda, or "
                "has it another parameter?");
  if constexpr (fits) {
    detail::for_each_at(pool, std::ranges::begin(range), std::ranges::distance(range), f,
                        detail::loop_options(options...));
  }
}

template <std::ranges::random_access_range R, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for(R&& range, const F& f, Options... options) {
  parallel_for(detail::pool_of_caller(), std::forward<R>(range), f, options...);
}

/// Calls `f(i)` for first, first + step, first + 2 * step, ... as long as they lie before `last`; with a negative step
/// as long as they lie after it. Otherwise as parallel_for. Throws: usage_error too if the step is 0.
template <std::integral First, std::integral Last, std::integral Step, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_step(thread_pool& pool, First first, Last last, Step step, const F& f,
                                   Options... options) {
  using index = std::common_type_t<First, Last, Step>;
  constexpr bool fits = std::invocable<const F&, index>;
  static_assert(
      fits,
      "filch: the body of parallel_for_step is called with one index of the common type of the bounds and the "
      "step, and as const: is it a mutable lambda, or has it other parameters?");
  if constexpr (fits) {
    const auto by = detail::to_index<index>(step);
    const detail::steps<index> all(detail::to_index<index>(first), detail::to_index<index>(last), by);
    detail::run_loop(pool, all.size(), detail::loop_options(options...), [&](std::size_t lo, std::size_t hi) {
      for (; lo != hi; ++lo) {
        static_cast<void>(detail::invoke(f, all[lo]));
      }
    });
  }
}

template <std::integral First, std::integral Last, std::integral Step, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_step(First first, Last last, Step step, const F& f, Options... options) {
  parallel_for_step(detail::pool_of_caller(), first, last, step, f, options...);
}

/// Calls `f(row_lo, row_hi, col_lo, col_hi)` for tiles that together make up [0, rows) x [0, cols), for bodies that are
/// faster if they work with few rows and few columns at a time. A tile has at most 32 rows and columns, and fewer if
/// there would be too few tiles for all workers; with a grain it has at least so many elements, if it is not at the
/// edge. Otherwise as parallel_for.
template <std::integral Rows, std::integral Cols, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_tiles(thread_pool& pool, Rows rows, Cols cols, const F& f, Options... options) {
  using index = std::common_type_t<Rows, Cols>;
  constexpr bool fits = std::invocable<const F&, index, index, index, index>;
  static_assert(
      fits,
      "filch: the body of parallel_for_tiles is called with four indices of the common type of the bounds, and "
      "as const: is it a mutable lambda, or has it other parameters?");
  if constexpr (fits) {
    const detail::loop_options asked(options...);
    const detail::tiling tiles(detail::range_size(index(0), detail::to_index<index>(rows)),
                               detail::range_size(index(0), detail::to_index<index>(cols)), pool.thread_count(),
                               asked.grain);
    detail::run_loop(pool, tiles.count(), detail::loop_options(asked.stop), [&](std::size_t lo, std::size_t hi) {
      for (; lo != hi; ++lo) {
        const detail::tile t = tiles[lo];
        static_cast<void>(detail::invoke(f, static_cast<index>(t.row_lo), static_cast<index>(t.row_hi),
                                         static_cast<index>(t.col_lo), static_cast<index>(t.col_hi)));
      }
    });
  }
}

template <std::integral Rows, std::integral Cols, class F, detail::loop_option... Options>
FILCH_LOCAL void parallel_for_tiles(Rows rows, Cols cols, const F& f, Options... options) {
  parallel_for_tiles(detail::pool_of_caller(), rows, cols, f, options...);
}

}  // namespace filch::inline v0
