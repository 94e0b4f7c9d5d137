// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/sort/merge.hpp>
#include <filch/detail/sort/merge_sort.hpp>
#include <filch/detail/sort/ordering.hpp>
#include <filch/detail/sort/quicksort.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

template <class Compare, class Projection, class It>
consteval bool check_order() {
  constexpr bool fits = std::permutable<It> && requires(const Compare& compare, const Projection& projection, It it) {
    {
      detail::invoke(compare, detail::invoke(projection, *it), detail::invoke(projection, *it))
      } -> std::convertible_to<bool>;
  };
  static_assert(fits,
                "filch: the elements of a sort can be moved, and its comparison is called with two of them, or with "
                "what the projection returns for them, as const, and returns a bool");
  return fits;
}

/// What a sort takes: (first, last) or a range, then at most a comparison and a projection, then options.
/// Self::sort(pool, first, size, less, options) does it.
template <class Self>
struct sort_algorithm : algorithm<Self> {
  template <std::random_access_iterator It, class Compare, class Projection, loop_option... Options>
  requires(!loop_option<Compare> &&
           !loop_option<Projection>) static void run(thread_pool& pool, It first, It last, const Compare& compare,
                                                     const Projection& projection, Options... options) {
    if constexpr (check_order<Compare, Projection, It>()) {
      const auto less = order_of<std::iter_value_t<It>>(compare, projection);
      Self::sort(pool, first, size_between(first, last), less, loop_options(options...));
    }
  }
  template <std::random_access_iterator It, class Compare, loop_option... Options>
  requires(!loop_option<Compare>) static void run(thread_pool& pool, It first, It last, const Compare& compare,
                                                  Options... options) {
    run(pool, first, last, compare, no_projection(), options...);
  }
  template <std::random_access_iterator It, loop_option... Options>
  static void run(thread_pool& pool, It first, It last, Options... options) {
    run(pool, first, last, is_less, no_projection(), options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static void run(thread_pool& pool, R&& range, const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    run(pool, first, first + std::ranges::distance(range), rest...);
  }
};

struct sort_fn : sort_algorithm<sort_fn> {
  template <class It, class Less>
  FILCH_LOCAL static void sort(thread_pool& pool, const It& first, std::size_t size, const Less& less,
                               const loop_options& options) {
    if (size > 1) {
      pool.invoke([&] { quicksort<It, Less>(first, size, pool.thread_count(), options, less).run(); });
    }
  }
};

struct stable_sort_fn : sort_algorithm<stable_sort_fn> {
  template <class It, class Less>
  FILCH_LOCAL static void sort(thread_pool& pool, const It& first, std::size_t size, const Less& less,
                               const loop_options& options) {
    if (size > 1) {
      pool.invoke([&] { merge_sort<It, Less>(first, size, pool.thread_count(), options, less).run(); });
    }
  }
};

struct merge_fn : algorithm<merge_fn> {
  template <std::random_access_iterator It1, std::random_access_iterator It2, std::random_access_iterator Out,
            class Compare, loop_option... Options>
  requires(!loop_option<Compare>) static Out run(thread_pool& pool, It1 first1, It1 last1, It2 first2, It2 last2,
                                                 Out out, const Compare& compare, Options... options) {
    using element1 = std::iter_reference_t<It1>;
    using element2 = std::iter_reference_t<It2>;
    if constexpr (check_predicate<Compare, element1, element2>() && check_predicate<Compare, element2, element1>()) {
      const auto less = as_function(compare);
      const auto put = [](const Out& to, std::size_t i, auto&& x) { element(to, i) = x; };
      const std::size_t n = size_between(first1, last1);
      const std::size_t m = size_between(first2, last2);
      const loop_options o(options...);
      if (n + m != 0) {
        pool.invoke([&] {
          loop_progress progress(n + m, pool.thread_count(), o);
          const std::size_t leaf = merge_leaf(n + m, pool.thread_count(), o, {});
          merge<It1, It2, Out, decltype(less), decltype(put)>(first1, first2, out, leaf, progress, less, put)
              .run({0, n}, {0, m}, 0);
        });
        if (o.stop.stop_requested()) {
          throw_stopped();
        }
      }
      return advanced(out, n + m);
    }
  }
  template <std::random_access_iterator It1, std::random_access_iterator It2, std::random_access_iterator Out,
            loop_option... Options>
  static Out run(thread_pool& pool, It1 first1, It1 last1, It2 first2, It2 last2, Out out, Options... options) {
    return run(pool, first1, last1, first2, last2, out, is_less, options...);
  }
  template <std::ranges::random_access_range R1, std::ranges::random_access_range R2, std::random_access_iterator Out,
            class... Rest>
  static Out run(thread_pool& pool, R1&& range1, R2&& range2, Out out, const Rest&... rest) {
    const auto first1 = std::ranges::begin(range1);
    const auto first2 = std::ranges::begin(range2);
    return run(pool, first1, first1 + std::ranges::distance(range1), first2, first2 + std::ranges::distance(range2),
               std::move(out), rest...);
  }
};

}  // namespace filch::inline v0::detail
