// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

#include <filch/detail/splitter.hpp>
#include <filch/fork_join.hpp>
#include <filch/grain.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

/// The pool that a free algorithm uses when none is named.
[[nodiscard]] inline thread_pool& pool_for_loop() {
  thread_pool* const mine = this_worker::pool();
  return mine != nullptr ? *mine : default_pool();
}

/// Calls `body(i, j)` on pieces of [0, size), in `pool`.
template <class Body>
void run_pieces(thread_pool& pool, std::size_t size, grain g, Body body) {
  if (size != 0) {
    pool.invoke([&] { split(0, size, choose_grain(size, pool.thread_count(), g), body); });
  }
}

/// The number of values in [first, last), which may span the whole type.
template <std::integral I>
[[nodiscard]] constexpr std::size_t range_size(I first, I last) noexcept {
  return first < last ? static_cast<std::size_t>(last) - static_cast<std::size_t>(first) : 0;
}

template <std::integral I>
[[nodiscard]] constexpr I nth(I first, std::size_t n) noexcept {
  return static_cast<I>(static_cast<std::size_t>(first) + n);
}

}  // namespace detail

/// Calls `f(lo, hi)` on pieces that together make up [first, last), in parallel and in no order. Integral bounds are
/// converted to their common type.
///
/// The caller takes part, from outside as a guest of the pool (default_pool() if none is named). Every piece runs, also
/// when one throws.
/// Throws: the exception that came first; others go to on_unhandled_exception.
template <std::integral I, std::integral J, class F>
  requires std::invocable<F&, std::common_type_t<I, J>, std::common_type_t<I, J>>
void parallel_for_blocks(thread_pool& pool, I first, J last, F&& f, grain g = {}) {
  using index = std::common_type_t<I, J>;
  const auto from = static_cast<index>(first);
  detail::run_pieces(pool, detail::range_size(from, static_cast<index>(last)), g,
                     [&](std::size_t lo, std::size_t hi) { f(detail::nth(from, lo), detail::nth(from, hi)); });
}

template <std::integral I, std::integral J, class F>
  requires std::invocable<F&, std::common_type_t<I, J>, std::common_type_t<I, J>>
void parallel_for_blocks(I first, J last, F&& f, grain g = {}) {
  parallel_for_blocks(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(i)` for every i in [first, last), in parallel and in no order; otherwise as parallel_for_blocks.
template <std::integral I, std::integral J, class F>
  requires std::invocable<F&, std::common_type_t<I, J>>
void parallel_for(thread_pool& pool, I first, J last, F&& f, grain g = {}) {
  using index = std::common_type_t<I, J>;
  parallel_for_blocks(
      pool, first, last,
      [&f](index lo, index hi) {
        for (index i = lo; i != hi; ++i) {
          f(i);
        }
      },
      g);
}

template <std::integral I, std::integral J, class F>
  requires std::invocable<F&, std::common_type_t<I, J>>
void parallel_for(I first, J last, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(*i)` for every iterator i in [first, last).
template <std::random_access_iterator It, class F>
  requires std::invocable<F&, std::iter_reference_t<It>>
void parallel_for(thread_pool& pool, It first, It last, F&& f, grain g = {}) {
  parallel_for(
      pool, std::iter_difference_t<It>{0}, last - first, [&](std::iter_difference_t<It> i) { f(first[i]); }, g);
}

template <std::random_access_iterator It, class F>
  requires std::invocable<F&, std::iter_reference_t<It>>
void parallel_for(It first, It last, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), first, last, std::forward<F>(f), g);
}

/// Calls `f(x)` for every element x of a range.
template <std::ranges::random_access_range R, class F>
  requires std::invocable<F&, std::ranges::range_reference_t<R>>
void parallel_for(thread_pool& pool, R&& range, F&& f, grain g = {}) {
  const auto first = std::ranges::begin(range);
  using difference = std::ranges::range_difference_t<R>;
  parallel_for(
      pool, difference{0}, static_cast<difference>(std::ranges::distance(range)), [&](difference i) { f(first[i]); },
      g);
}

template <std::ranges::random_access_range R, class F>
  requires std::invocable<F&, std::ranges::range_reference_t<R>>
void parallel_for(R&& range, F&& f, grain g = {}) {
  parallel_for(detail::pool_for_loop(), std::forward<R>(range), std::forward<F>(f), g);
}

}  // namespace filch::inline v0
