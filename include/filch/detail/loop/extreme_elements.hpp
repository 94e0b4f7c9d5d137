// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/reduction.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

enum class extreme : bool { least, most };

template <extreme Which>
struct extreme_element_fn : algorithm<extreme_element_fn<Which>> {
  template <std::random_access_iterator It, class Less, loop_option... Options>
  requires(!loop_option<Less>) static It
      run(thread_pool& pool, It first, It last, const Less& less, Options... options) {
    if constexpr (check_predicate<Less, std::iter_reference_t<It>, std::iter_reference_t<It>>()) {
      const std::size_t size = size_between(first, last);
      if (size == 0) {
        return last;
      }
      const auto comes_before = as_function(less);
      // The earlier one of equals.
      const auto better = [&](const It& a, const It& b) {
        return (Which == extreme::least ? comes_before(*b, *a) : comes_before(*a, *b)) ? b : a;
      };
      return reduce_leaves<It>(
          pool, size,
          [&](std::size_t lo, std::size_t hi) {
            const It from = advanced(first, lo);
            const It to = advanced(first, hi);
            return Which == extreme::least ? std::min_element(from, to, comes_before)
                                           : std::max_element(from, to, comes_before);
          },
          better, loop_options(options...));
    }
  }
  template <std::random_access_iterator It, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, Options... options) {
    return run(pool, first, last, detail::is_less, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static range_result<R> run(thread_pool& pool, R&& range, const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), rest...);
  }
};

struct minmax_element_fn : algorithm<minmax_element_fn> {
  template <std::random_access_iterator It, class Less, loop_option... Options>
  requires(!loop_option<Less>) static std::pair<It, It> run(thread_pool& pool, It first, It last, const Less& less,
                                                            Options... options) {
    if constexpr (check_predicate<Less, std::iter_reference_t<It>, std::iter_reference_t<It>>()) {
      const std::size_t size = size_between(first, last);
      if (size == 0) {
        return {first, first};
      }
      using both = std::pair<It, It>;
      const auto comes_before = as_function(less);
      return reduce_leaves<both>(
          pool, size,
          [&](std::size_t lo, std::size_t hi) {
            return std::minmax_element(advanced(first, lo), advanced(first, hi), comes_before);
          },
          // Of equal smallest elements the first, of equal largest the last, as std::minmax_element.
          [&](const both& a, const both& b) {
            return both(comes_before(*b.first, *a.first) ? b.first : a.first,
                        comes_before(*b.second, *a.second) ? a.second : b.second);
          },
          loop_options(options...));
    }
  }
  template <std::random_access_iterator It, loop_option... Options>
  static std::pair<It, It> run(thread_pool& pool, It first, It last, Options... options) {
    return run(pool, first, last, detail::is_less, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static std::pair<range_result<R>, range_result<R>> run(thread_pool& pool, R&& range, const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), rest...);
  }
};

}  // namespace filch::inline v0::detail
