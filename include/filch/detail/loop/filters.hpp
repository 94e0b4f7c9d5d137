// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <utility>

#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_head.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/loop/partition.hpp>
#include <filch/detail/loop/selection.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// Moves the elements that `keep(i, before)` keeps to the front. Returns: their end.
template <class It, class Keep>
[[nodiscard]] FILCH_LOCAL It keep_in_place(thread_pool& pool, const It& first, std::size_t size, const Keep& keep,
                                           const loop_options& options) {
  return advanced(first, select<kept::in_place>(pool, first, size, first, options, keep));
}

struct copy_if_fn : algorithm<copy_if_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class Predicate, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      const auto keep = [&](std::size_t i, std::size_t) -> bool { return detail::invoke(p, element(first, i)); };
      return advanced(
          out, select<kept::elsewhere>(pool, first, size_between(first, last), out, loop_options(options...), keep));
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

/// Partitions a range. At first one thread, until it is known that the rest is worth sharing.
template <class It, class IsLeft>
[[nodiscard]] FILCH_LOCAL std::size_t partition_in_parts(const It& first, std::size_t size, std::size_t workers,
                                                         const loop_options& options, const IsLeft& is_left) {
  std::size_t lefts = 0;
  // What is on the left of [lo, hi), all of which is known up to `lefts`, is put behind the lefts before it.
  const auto join = [&](std::size_t lo, std::size_t more) {
    const std::size_t n = (std::min)(lo - lefts, more);
    std::swap_ranges(advanced(first, lefts), advanced(first, lefts + n), advanced(first, lo + more - n));
    lefts += more;
  };
  const auto alone = [&](std::size_t lo, std::size_t hi) {
    join(lo, partition_piece(advanced(first, lo), hi - lo, first, 0, is_left));
  };
  if (options.grain.elements != 0) {
    return partition<It, IsLeft>(first, size, options.grain.elements, workers, options.stop, is_left).run();
  }
  loop_progress progress(size, workers, options, std::chrono::microseconds(4));
  if (const std::size_t done = run_head(progress, alone, 0, size); done != size) {
    constexpr std::size_t largest_piece = 16 * 1024;
    const It rest = advanced(first, done);
    const std::size_t piece = (std::min)(2 * progress.block(), largest_piece);
    join(done, partition<It, IsLeft>(rest, size - done, piece, workers, options.stop, is_left).run());
  }
  return lefts;
}

struct partition_fn : algorithm<partition_fn> {
  template <std::random_access_iterator It, class Predicate, loop_option... Options>
  static It run(thread_pool& pool, It first, It last, const Predicate& p, Options... options) {
    if constexpr (check_predicate<Predicate, std::iter_reference_t<It>>()) {
      const std::size_t size = size_between(first, last);
      const loop_options o(options...);
      const auto is_left = as_function(p);
      const std::size_t lefts =
          size == 0 ? 0 : pool.invoke([&] { return partition_in_parts(first, size, pool.thread_count(), o, is_left); });
      if (o.stop.stop_requested()) {
        throw_stopped();
      }
      return advanced(first, lefts);
    }
  }
  template <std::ranges::random_access_range R, class Predicate, loop_option... Options>
  static range_result<R> run(thread_pool& pool, R&& range, const Predicate& p, Options... options) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), p, options...);
  }
};

}  // namespace filch::inline v0::detail
