// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/sort/boost_sort.hpp>
#include <filch/detail/sort/merge.hpp>
#include <filch/detail/sort/monotone_check.hpp>
#include <filch/detail/sort/sort_buffer.hpp>
#include <filch/detail/sort/sort_leaf.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0::detail {

/// Sorts first[0, size) by merging; equal elements stay in their order.
///
/// Short runs are sorted by one worker each, with Boost's spinsort (Tapia, 2017). Two runs are merged from the range to
/// a buffer of its size, or back, so that an element is moved once for each doubling. Elements that are not trivial
/// have to be made in the buffer before they can be assigned there; so they are all moved there at first.
template <class It, class Less>
class merge_sort {
 public:
  merge_sort(const It& first, std::size_t size, std::size_t workers, const loop_options& options, const Less& less)
      : first_(first),
        size_(size),
        workers_(workers),
        options_(options),
        less_(less),
        progress_(size, workers, loop_options(options.stop)) {}

  /// On a worker or guest. Throws: task_cancelled if it was asked to stop: the elements are in no order then; what
  /// `less` throws: some elements may be as they are after a move then; std::bad_alloc.
  void run() {
    if (!progress_.is_stopped()) {
      monotone_check<It, Less> order(first_, size_, workers_, options_, less_);
      const std::chrono::nanoseconds comparison = order.look_at_beginning();
      if (!order.finish()) {
        leaf_ = sort_leaf(size_, workers_, options_, comparison);
        merge_leaf_ = merge_leaf(size_, workers_, options_, comparison);
        sort_unordered();
      }
    }
    if (options_.stop.stop_requested()) {
      throw_stopped();
    }
  }

 private:
  using value = std::iter_value_t<It>;

  static constexpr bool is_trivial = std::is_trivially_copyable_v<value>;
  // An exception of a move would leave objects in the buffer that nobody knows of.
  static constexpr bool can_use_buffer =
      std::is_nothrow_move_constructible_v<value> && std::is_nothrow_move_assignable_v<value>;

  static constexpr auto move_to = [](const auto& out, std::size_t i, auto& x) { element(out, i) = std::move(x); };

  void sort_unordered() {
    if (!can_use_buffer || size_ <= leaf_) {
      sort_alone(first_, advanced(first_, size_));
      return;
    }
    sort_buffer<value> buffer(size_);
    if constexpr (!is_trivial) {
      for_all([&](std::size_t lo, std::size_t hi) {
        for (; lo != hi; ++lo) {
          std::construct_at(buffer.data() + lo, std::ranges::iter_move(advanced(first_, lo)));
        }
      });
      buffer.has_objects();
    }
    sort(0, size_, place::range, buffer.data());
  }

  enum class place : bool { range, buffer };

  // Where the elements are before they are sorted.
  static constexpr place begin_place = is_trivial ? place::range : place::buffer;

  FILCH_LOCAL void sort(std::size_t lo, std::size_t hi, place to, value* buffer) {
    if (hi - lo <= leaf_) {
      stop_on_throw guard(progress_);
      sort_run(lo, hi, to, buffer);
      guard.release();
      return;
    }
    const std::size_t middle = lo + (hi - lo) / 2;
    const place from = to == place::range ? place::buffer : place::range;
    fork_join([&] { sort(lo, middle, from, buffer); }, [&] { sort(middle, hi, from, buffer); });
    if (to == place::range) {
      merge_halves(buffer, first_, lo, middle, hi);
    } else {
      merge_halves(first_, buffer, lo, middle, hi);
    }
  }

  // Whether it is stopped or not, the elements get to where they are expected.
  void sort_run(std::size_t lo, std::size_t hi, place to, value* buffer) {
    if constexpr (begin_place == place::range) {
      sort_alone(advanced(first_, lo), advanced(first_, hi));
      if (to == place::buffer) {
        std::copy(advanced(first_, lo), advanced(first_, hi), buffer + lo);
      }
    } else {
      sort_alone(buffer + lo, buffer + hi);
      if (to == place::range) {
        std::move(buffer + lo, buffer + hi, advanced(first_, lo));
      }
    }
  }

  template <class Begin>
  void sort_alone(const Begin& begin, const Begin& end) const {
    if (!progress_.is_stopped()) {
      boost::sort::spinsort(begin, end, less_);
    }
  }

  template <class From, class To>
  void merge_halves(const From& from, const To& to, std::size_t lo, std::size_t middle, std::size_t hi) {
    merge<From, From, To, Less, decltype(move_to)>(from, from, to, merge_leaf_, progress_, less_, move_to)
        .run({lo, middle}, {middle, hi}, lo);
  }

  // Moves cannot be stopped half-way.
  template <class Body>
  void for_all(const Body& body) {
    loop_progress progress(size_, workers_, loop_options());
    adaptive_loop<const Body>(progress, body).run(0, size_);
  }

  const It& first_;
  const std::size_t size_;
  const std::size_t workers_;
  const loop_options& options_;
  const Less& less_;
  loop_progress progress_;
  std::size_t leaf_ = 0;
  std::size_t merge_leaf_ = 0;
};

}  // namespace filch::inline v0::detail
