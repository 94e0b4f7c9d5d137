// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/selection.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// Moves the elements that `keep(i, before)` keeps to the front. Returns: their end.
template <class It, class Keep>
[[nodiscard]] FILCH_LOCAL It keep_in_place(thread_pool& pool, const It& first, std::size_t size, const Keep& keep,
                                           const loop_options& options) {
  const auto put = [&](std::size_t i, std::size_t to) {
    if (i != to) {
      element(first, to) = std::ranges::iter_move(advanced(first, i));
    }
  };
  return advanced(first, select(pool, size, true, options, keep, put));
}

struct copy_if_fn : algorithm<copy_if_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class Predicate, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      const auto keep = [&](std::size_t i, std::size_t) -> bool { return detail::invoke(p, element(first, i)); };
      const auto put = [&](std::size_t i, std::size_t to) { element(out, to) = element(first, i); };
      return advanced(out, select(pool, size_between(first, last), false, loop_options(options...), keep, put));
    }
  }
  template <std::ranges::random_access_range R, std::random_access_iterator Out, class Predicate,
            loop_option... Options>
  static Out run(thread_pool& pool, R&& range, Out out, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::move(out), p, options...);
  }
};

struct remove_if_fn : algorithm<remove_if_fn> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      const auto keep = [&](std::size_t i, std::size_t) -> bool { return !detail::invoke(p, element(first, i)); };
      return keep_in_place(pool, first, size_between(first, last), keep, loop_options(options...));
    }
  }
  template <std::ranges::random_access_range R, class Predicate, loop_option... Options>
  static range_result<R> run(thread_pool& pool, R&& range, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), p, options...);
  }
};

struct unique_fn : algorithm<unique_fn> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  requires(!loop_option<Predicate>) static It
      run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>, std::iter_reference_t<It>>()) {
      const auto keep = [&](std::size_t i, std::size_t before) -> bool {
        return i == 0 || !detail::invoke(p, element(first, before), element(first, i));
      };
      return keep_in_place(pool, first, size_between(first, last), keep, loop_options(options...));
    }
  }
  template <std::random_access_iterator It, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, Options... options) {
    return run(pool, first, last, is_equal, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static range_result<R> run(thread_pool& pool, R&& range, const Rest&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), rest...);
  }
};

}  // namespace filch::inline v0::detail
