// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/loop/partition.hpp>
#include <filch/detail/sort/boost_sort.hpp>
#include <filch/detail/sort/monotone_check.hpp>
#include <filch/detail/sort/pivot.hpp>
#include <filch/detail/sort/sort_leaf.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0::detail {

/// Sorts first[0, size) by partitions around pivots; equal elements in no order.
///
/// The workers partition a large range together, and then sort its two sides as a fork. What is small is sorted by one
/// worker with Boost's pdqsort (Peters, 2021). A range in which the pivots divide badly too often is sorted by pdqsort
/// alone, which needs O(n log n) comparisons for each input.
template <class It, class Less>
class quicksort {
 public:
  quicksort(const It& first, std::size_t size, std::size_t workers, const loop_options& options, const Less& less)
      : first_(first),
        size_(size),
        workers_(workers),
        options_(options),
        less_(less),
        progress_(size, workers, loop_options(options.stop)) {}

  /// On a worker or guest. Throws: what `less` throws; task_cancelled if it was asked to stop. Then the elements are in
  /// no order.
  void run() {
    if (!progress_.is_stopped()) {
      monotone_check<It, Less> order(first_, size_, workers_, options_, less_);
      const std::chrono::nanoseconds comparison = order.look_at_beginning();
      if (!order.finish()) {
        leaf_ = sort_leaf(size_, workers_, options_, comparison);
        sort(0, size_, bad_pivots);
      }
    }
    if (options_.stop.stop_requested()) {
      throw_stopped();
    }
  }

 private:
  using value = std::iter_value_t<It>;

  static constexpr int bad_pivots = 8;

  FILCH_LOCAL void sort(std::size_t lo, std::size_t hi, int bad_pivots_left) {
    if (progress_.is_stopped()) {
      return;
    }
    stop_on_throw guard(progress_);
    if (hi - lo <= leaf_ || bad_pivots_left == 0) {
      boost::sort::pdqsort(advanced(first_, lo), advanced(first_, hi), less_);
      guard.release();
      return;
    }
    const auto [left_end, right_begin] = divide(lo, hi);
    guard.release();
    if (progress_.is_stopped()) {
      return;
    }
    const std::size_t larger = (std::max)(left_end - lo, hi - right_begin);
    const int left = bad_pivots_left - (larger > (hi - lo) - (hi - lo) / 16 ? 1 : 0);
    fork_join([&, end = left_end] { sort(lo, end, left); }, [&, begin = right_begin] { sort(begin, hi, left); });
  }

  // Partitions [lo, hi). Returns: the ends of what is smaller than the pivot and of what is equal to it.
  std::pair<std::size_t, std::size_t> divide(std::size_t lo, std::size_t hi) {
    const pivot p = choose_pivot(first_, lo, hi, less_);
    std::ranges::iter_swap(advanced(first_, lo), advanced(first_, p.place));
    const std::size_t smaller =
        divide_by([this](const auto& x, const auto& by) { return less_(x, by); }, lo, lo + 1, hi);
    std::ranges::iter_swap(advanced(first_, lo), advanced(first_, lo + smaller));
    const std::size_t middle = lo + smaller;
    if (!p.repeats || progress_.is_stopped()) {
      return {middle, middle + 1};
    }
    const std::size_t equal =
        divide_by([this](const auto& x, const auto& by) { return !less_(by, x); }, middle, middle + 1, hi);
    return {middle, middle + 1 + equal};
  }

  // Partitions [lo, hi) by the pivot. Returns: how many elements x there are with is_left(x, pivot).
  template <class IsLeft>
  std::size_t divide_by(const IsLeft& is_left, std::size_t pivot_place, std::size_t lo, std::size_t hi) {
    const It begin = advanced(first_, lo);
    const auto run = [&](const auto& by) {
      const auto left = [&is_left, &by](const auto& x) -> bool { return is_left(x, by); };
      return partition<It, decltype(left)>(begin, hi - lo, leaf_, workers_, options_.stop, left).run();
    };
    if constexpr (is_copied_in_partition<It>) {
      const value by = element(first_, pivot_place);
      return run(by);
    } else {
      return run(element(first_, pivot_place));
    }
  }

  const It& first_;
  const std::size_t size_;
  const std::size_t workers_;
  const loop_options& options_;
  const Less& less_;
  loop_progress progress_;
  std::size_t leaf_ = 0;
};

}  // namespace filch::inline v0::detail
