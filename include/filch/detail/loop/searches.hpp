// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <ranges>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/reduction.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

struct find_if_fn : algorithm<find_if_fn> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      return advanced(
          first,
          find_index(pool, size_between(first, last), loop_options(options...), [&](std::size_t lo, std::size_t hi) {
            return index_of(first, std::find_if(advanced(first, lo), advanced(first, hi), as_function(p)));
          }));
    }
  }
  template <std::ranges::random_access_range R, class Predicate, loop_option... Options>
  static range_result<R> run(thread_pool& pool, R&& range, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), p, options...);
  }
};

struct find_fn : algorithm<find_fn> {
  template <std::random_access_iterator It, class T, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, const T& value, Options... options) {
    return advanced(
        first,
        find_index(pool, size_between(first, last), loop_options(options...), [&](std::size_t lo, std::size_t hi) {
          return index_of(first, std::find(advanced(first, lo), advanced(first, hi), value));
        }));
  }
  template <std::ranges::random_access_range R, class T, loop_option... Options>
  static range_result<R> run(thread_pool& pool, R&& range, const T& value, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), value, options...);
  }
};

/// Whether an element is one for which the predicate says `Wanted`, compared with `IfFound`.
template <bool Wanted, bool IfFound>
struct search_fn : algorithm<search_fn<Wanted, IfFound>> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  static bool run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      const std::size_t size = size_between(first, last);
      const auto search = [&](std::size_t lo, std::size_t hi) {
        const It from = advanced(first, lo);
        const It to = advanced(first, hi);
        return index_of(first,
                        Wanted ? std::find_if(from, to, as_function(p)) : std::find_if_not(from, to, as_function(p)));
      };
      return (find_index(pool, size, loop_options(options...), search) != size) == IfFound;
    }
  }
  template <std::ranges::random_access_range R, class Predicate, loop_option... Options>
  static bool run(thread_pool& pool, R&& range, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), p, options...);
  }
};

/// The sum of what `count(from, to)` says of parts of a range.
template <class It, class Count>
[[nodiscard]] FILCH_LOCAL std::iter_difference_t<It> count_parts(thread_pool& pool, const It& first, std::size_t size,
                                                                 const Count& count, const loop_options& options) {
  using number = std::iter_difference_t<It>;
  return size == 0
             ? number(0)
             : reduce_leaves<number>(
                   pool, size,
                   [&](std::size_t lo, std::size_t hi) { return count(advanced(first, lo), advanced(first, hi)); },
                   [](number a, number b) { return static_cast<number>(a + b); }, options);
}

struct count_if_fn : algorithm<count_if_fn> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  static std::iter_difference_t<It> run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      return count_parts(
          pool, first, size_between(first, last),
          [&](const It& from, const It& to) { return std::count_if(from, to, as_function(p)); },
          loop_options(options...));
    }
  }
  template <std::ranges::random_access_range R, class Predicate, loop_option... Options>
  static std::ranges::range_difference_t<R> run(thread_pool& pool, R&& range, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), p, options...);
  }
};

struct count_fn : algorithm<count_fn> {
  template <std::random_access_iterator It, class T, loop_option... Options>
  static std::iter_difference_t<It> run(thread_pool& pool, It first, It last, const T& value, Options... options) {
    return count_parts(
        pool, first, size_between(first, last),
        [&](const It& from, const It& to) { return std::count(from, to, value); }, loop_options(options...));
  }
  template <std::ranges::random_access_range R, class T, loop_option... Options>
  static std::ranges::range_difference_t<R> run(thread_pool& pool, R&& range, const T& value, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), value, options...);
  }
};

}  // namespace filch::inline v0::detail
