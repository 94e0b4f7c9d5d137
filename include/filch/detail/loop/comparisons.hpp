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
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

struct mismatch_fn : algorithm<mismatch_fn> {
  template <std::random_access_iterator It, std::random_access_iterator It2, class Equal, loop_option... Options>
  requires(!loop_option<Equal> && !std::random_access_iterator<Equal>) static std::pair<It, It2> run(
      thread_pool& pool, It first, It last, It2 second, const Equal& equal, Options... options) {
    if constexpr (check_predicate<Equal, std::iter_reference_t<It>, std::iter_reference_t<It2>>()) {
      const auto search = [&](std::size_t lo, std::size_t hi) {
        return index_of(
            first,
            std::mismatch(advanced(first, lo), advanced(first, hi), advanced(second, lo), as_function(equal)).first);
      };
      const std::size_t at = find_index(pool, size_between(first, last), loop_options(options...), search);
      return {advanced(first, at), advanced(second, at)};
    }
  }
  template <std::random_access_iterator It, std::random_access_iterator It2, loop_option... Options>
  static std::pair<It, It2> run(thread_pool& pool, It first, It last, It2 second, Options... options) {
    return run(pool, first, last, second, is_equal, options...);
  }
  template <std::random_access_iterator It, std::random_access_iterator It2, class... Rest>
  static std::pair<It, It2> run(thread_pool& pool, It first, It last, It2 second, It2 last2, const Rest&... rest) {
    const std::size_t shared = (std::min)(size_between(first, last), size_between(second, last2));
    return run(pool, first, advanced(first, shared), second, rest...);
  }
  template <std::ranges::random_access_range R, std::ranges::random_access_range R2, class... Rest>
  static std::pair<range_result<R>, range_result<R2>> run(thread_pool& pool, R&& range, R2&& second,
                                                          const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    const auto from = std::ranges::begin(second);
    return run(pool, first, first + std::ranges::distance(range), from, from + std::ranges::distance(second), rest...);
  }
};

struct equal_fn : algorithm<equal_fn> {
  template <std::random_access_iterator It, std::random_access_iterator It2, class Equal, loop_option... Options>
  requires(!loop_option<Equal> &&
           !std::random_access_iterator<Equal>) static bool run(thread_pool& pool, It first, It last, It2 second,
                                                                const Equal& equal, Options... options) {
    if constexpr (check_predicate<Equal, std::iter_reference_t<It>, std::iter_reference_t<It2>>()) {
      return are_equal(pool, first, last, loop_options(options...), [&](std::size_t lo, std::size_t hi) {
        return std::equal(advanced(first, lo), advanced(first, hi), advanced(second, lo), as_function(equal));
      });
    }
  }
  // Without a predicate the standard may compare whole blocks of memory.
  template <std::random_access_iterator It, std::random_access_iterator It2, loop_option... Options>
  static bool run(thread_pool& pool, It first, It last, It2 second, Options... options) {
    return are_equal(pool, first, last, loop_options(options...), [&](std::size_t lo, std::size_t hi) {
      return std::equal(advanced(first, lo), advanced(first, hi), advanced(second, lo));
    });
  }
  template <std::random_access_iterator It, std::random_access_iterator It2, class... Rest>
  static bool run(thread_pool& pool, It first, It last, It2 second, It2 last2, const Rest&... rest) {
    return size_between(first, last) == size_between(second, last2) && run(pool, first, last, second, rest...);
  }
  template <std::ranges::random_access_range R, std::ranges::random_access_range R2, class... Rest>
  static bool run(thread_pool& pool, R&& range, R2&& second, const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    const auto from = std::ranges::begin(second);
    return run(pool, first, first + std::ranges::distance(range), from, from + std::ranges::distance(second), rest...);
  }

 private:
  template <class It, class AreEqual>
  static bool are_equal(thread_pool& pool, const It& first, const It& last, const loop_options& options,
                        const AreEqual& blocks) {
    const std::size_t size = size_between(first, last);
    return find_index(pool, size, options, [&](std::size_t lo, std::size_t hi) { return blocks(lo, hi) ? hi : lo; }) ==
           size;
  }
};

}  // namespace filch::inline v0::detail
