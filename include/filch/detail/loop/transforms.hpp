// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <concepts>
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

struct transform_fn : algorithm<transform_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class F, loop_option... Options>
  requires(!std::random_access_iterator<F>) static Out
      run(thread_pool& pool, It first, It last, Out out, const F& f, Options... options) {
    constexpr bool fits = std::invocable<const F&, std::iter_reference_t<It>>;
    static_assert(fits,
                  "filch: the transformation is called with one element, and as const: is it a mutable lambda, or has "
                  "it another parameter?");
    if constexpr (fits) {
      const std::size_t size = size_between(first, last);
      run_loop(pool, size, loop_options(options...), [&](std::size_t lo, std::size_t hi) {
        for (; lo != hi; ++lo) {
          element(out, lo) = detail::invoke(f, element(first, lo));
        }
      });
      return advanced(out, size);
    }
  }
  template <std::random_access_iterator It, std::random_access_iterator It2, std::random_access_iterator Out, class F,
            loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, It2 second, Out out, const F& f, Options... options) {
    constexpr bool fits = std::invocable<const F&, std::iter_reference_t<It>, std::iter_reference_t<It2>>;
    static_assert(fits,
                  "filch: the transformation is called with one element of each range, and as const: is it a mutable "
                  "lambda, or has it other parameters?");
    if constexpr (fits) {
      const std::size_t size = size_between(first, last);
      run_loop(pool, size, loop_options(options...), [&](std::size_t lo, std::size_t hi) {
        for (; lo != hi; ++lo) {
          element(out, lo) = detail::invoke(f, element(first, lo), element(second, lo));
        }
      });
      return advanced(out, size);
    }
  }
  template <std::ranges::random_access_range R, std::random_access_iterator Out, class F, loop_option... Options>
  static Out run(thread_pool& pool, R&& range, Out out, const F& f, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::move(out), f, options...);
  }
};

struct fill_fn : algorithm<fill_fn> {
  template <std::random_access_iterator It, class T, loop_option... Options>
  static void run(thread_pool& pool, It first, It last, const T& value, Options... options) {
    run_loop(pool, size_between(first, last), loop_options(options...),
             [&](std::size_t lo, std::size_t hi) { std::fill(advanced(first, lo), advanced(first, hi), value); });
  }
  template <std::ranges::random_access_range R, class T, loop_option... Options>
  static void run(thread_pool& pool, R&& range, const T& value, Options... options) {
    const auto first = std::ranges::begin(range);
    run(pool, first, first + std::ranges::distance(range), value, options...);
  }
};

struct generate_fn : algorithm<generate_fn> {
  template <std::random_access_iterator It, std::invocable F, loop_option... Options>
  static void run(thread_pool& pool, It first, It last, const F& f, Options... options) {
    run_loop(pool, size_between(first, last), loop_options(options...), [&](std::size_t lo, std::size_t hi) {
      for (; lo != hi; ++lo) {
        element(first, lo) = detail::invoke(f);
      }
    });
  }
  template <std::ranges::random_access_range R, std::invocable F, loop_option... Options>
  static void run(thread_pool& pool, R&& range, const F& f, Options... options) {
    const auto first = std::ranges::begin(range);
    run(pool, first, first + std::ranges::distance(range), f, options...);
  }
};

struct copy_fn : algorithm<copy_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, Options... options) {
    const std::size_t size = size_between(first, last);
    run_loop(pool, size, loop_options(options...), [&](std::size_t lo, std::size_t hi) {
      std::copy(advanced(first, lo), advanced(first, hi), advanced(out, lo));
    });
    return advanced(out, size);
  }
  template <std::ranges::random_access_range R, std::random_access_iterator Out, loop_option... Options>
  static Out run(thread_pool& pool, R&& range, Out out, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::move(out), options...);
  }
};

}  // namespace filch::inline v0::detail
