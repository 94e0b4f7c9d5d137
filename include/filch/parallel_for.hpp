// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <ranges>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/splitter.hpp>
#include <filch/fork_join.hpp>
#include <filch/grain.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

/// The pool that a free algorithm uses when none is named.
[[nodiscard]] FILCH_LOCAL inline thread_pool& pool_for_loop() {
  thread_pool* const mine = this_worker::pool();
  return mine != nullptr ? *mine : default_pool();
}

/// Calls `body(i, j)` on pieces of [0, size), in `pool`.
template <class Body>
FILCH_LOCAL void run_pieces(thread_pool& pool, std::size_t size, grain g, Body body) {
  if (size != 0) {
    pool.invoke([&] { split(0, size, choose_limit(size, pool.thread_count(), g), body); });
  }
}

[[noreturn]] FILCH_EXPORT void throw_bound_does_not_fit();

/// A bound as a number of the type that both bounds have in common. Throws usage_error if that cannot hold it.
template <std::integral Index, std::integral Bound>
[[nodiscard]] FILCH_LOCAL constexpr Index to_index(Bound bound) {
  const auto index = static_cast<Index>(bound);
  if constexpr (!std::is_same_v<Index, Bound>) {
    if (static_cast<Bound>(index) != bound || (index < Index{}) != (bound < Bound{})) {
      throw_bound_does_not_fit();
    }
  }
  return index;
}

/// What can count all values of an integral type, at least std::size_t.
template <std::integral Int>
struct counter_of : std::type_identity<std::size_t> {};
template <std::integral Int>
  requires(sizeof(Int) > sizeof(std::size_t))
struct counter_of<Int> : std::make_unsigned<Int> {};

/// The number of values in [first, last), which may span the whole type. Throws usage_error if it is no std::size_t.
template <std::integral Int>
[[nodiscard]] FILCH_LOCAL constexpr std::size_t range_size(Int first, Int last) {
  using counter = typename counter_of<Int>::type;
  const counter size = first < last ? static_cast<counter>(last) - static_cast<counter>(first) : counter{0};
  if (size > (std::numeric_limits<std::size_t>::max)()) {
    throw_bound_does_not_fit();
  }
  return static_cast<std::size_t>(size);
}

template <std::integral Int>
[[nodiscard]] constexpr Int nth(Int first, std::size_t n) noexcept {
  using counter = typename counter_of<Int>::type;
  return static_cast<Int>(static_cast<counter>(first) + static_cast<counter>(n));
}

/// Calls `f(first[i])` for every i in [0, size). The difference type may be an integer of the library's own, wider than
/// all others. Throws usage_error if `size` is no std::size_t.
template <class It, class Difference, class F>
FILCH_LOCAL void for_each_at(thread_pool& pool, const It& first, Difference size, F& f, grain g) {
  if (size <= Difference(0)) {
    return;
  }
  const auto n = static_cast<std::size_t>(size);
  if (static_cast<Difference>(n) != size) {
    throw_bound_does_not_fit();
  }
  run_pieces(pool, n, g, [&](std::size_t lo, std::size_t hi) {
    for (; lo != hi; ++lo) {
      static_cast<void>(detail::invoke(f, first[static_cast<Difference>(lo)]));
    }
  });
}

}  // namespace detail

/// Calls `f(lo, hi)` on pieces that together make up [first, last), in parallel and in no order. Integral bounds are
/// converted to their common type. Every `f` of a loop is called as by std::invoke.
///
/// The caller takes part, from outside as a guest of the pool (default_pool() if none is named). Every piece runs, also
/// when one throws. Throws: the exception that came first; others go to on_unhandled_exception. Before anything is
/// called: usage_error if the common type cannot hold a bound, such as -2 beside a std::size_t, or std::size_t not the
/// number of elements.
template <std::integral First, std::integral Last, class F>
  requires std::invocable<F&, std::common_type_t<First, Last>, std::common_type_t<First, Last>>
FILCH_LOCAL void parallel_for_blocks(thread_pool& pool, First first, Last last, F&& f, grain g = {}) {
  using index = std::common_type_t<First, Last>;
  const auto from = detail::to_index<index>(first);
  const std::size_t size = detail::range_size(from, detail::to_index<index>(last));
  detail::run_pieces(pool, size, g, [&](std::size_t lo, std::size_t hi) {
    static_cast<void>(detail::invoke(f, detail::nth(from, lo), detail::nth(from, hi)));
  });
}

template <std::integral First, std::integral Last, class F>
  requires std::invocable<F&, std::common_type_t<First, Last>, std::common_type_t<First, Last>>
FILCH_LOCAL void parallel_for_blocks(First first, Last last, F&& f, grain g = {}) {
  parallel_for_blocks(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(i)` for every i in [first, last), in parallel and in no order; otherwise as parallel_for_blocks.
template <std::integral First, std::integral Last, class F>
  requires std::invocable<F&, std::common_type_t<First, Last>>
FILCH_LOCAL void parallel_for(thread_pool& pool, First first, Last last, F&& f, grain g = {}) {
  using index = std::common_type_t<First, Last>;
  parallel_for_blocks(
      pool, first, last,
      [&f](index lo, index hi) {
        for (index i = lo; i != hi; ++i) {
          static_cast<void>(detail::invoke(f, i));
        }
      },
      g);
}

template <std::integral First, std::integral Last, class F>
  requires std::invocable<F&, std::common_type_t<First, Last>>
FILCH_LOCAL void parallel_for(First first, Last last, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(*i)` for every iterator i in [first, last).
template <std::random_access_iterator It, class F>
  requires std::invocable<F&, std::iter_reference_t<It>>
FILCH_LOCAL void parallel_for(thread_pool& pool, It first, It last, F&& f, grain g = {}) {
  detail::for_each_at(pool, first, last - first, f, g);
}

template <std::random_access_iterator It, class F>
  requires std::invocable<F&, std::iter_reference_t<It>>
FILCH_LOCAL void parallel_for(It first, It last, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(x)` for every element x of a range.
template <std::ranges::random_access_range R, class F>
  requires std::invocable<F&, std::ranges::range_reference_t<R>>
FILCH_LOCAL void parallel_for(thread_pool& pool, R&& range, F&& f, grain g = {}) {
  detail::for_each_at(pool, std::ranges::begin(range), std::ranges::distance(range), f, g);
}

template <std::ranges::random_access_range R, class F>
  requires std::invocable<F&, std::ranges::range_reference_t<R>>
FILCH_LOCAL void parallel_for(R&& range, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), std::forward<R>(range), std::forward<F>(f), g);
}

}  // namespace filch::inline v0
