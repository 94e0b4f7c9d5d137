// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

#include <filch/config.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/bounds.hpp>
#include <filch/detail/loop/compensated.hpp>
#include <filch/detail/loop/fold.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/operations.hpp>
#include <filch/detail/loop/reduction.hpp>
#include <filch/detail/pool/pool_of_caller.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

/// op(init, the combination of get(0), ..., get(size - 1)).
template <class T, class Get, class Op>
[[nodiscard]] FILCH_LOCAL T reduce_at(thread_pool& pool, std::size_t size, T init, const Op& op, const Get& get,
                                      const loop_options& options) {
  if (size == 0) {
    return init;
  }
  const auto combine = as_operation<T>(op);
  const auto leaf = [&](std::size_t lo, std::size_t hi) {
    return hi - lo == 1 ? get(lo) : fold<T>(lo, hi, get, combine);
  };
  return combine(std::move(init), reduce_leaves<T>(pool, size, leaf, combine, options));
}

}  // namespace detail

/// Combines `init` and `transform(x)` for every element x of [first, last) by `op`, in parallel. If the bounds are
/// integers, x is the index. Returns: a value of the type of `init`.
///
/// `op` is associative: op(a, op(b, c)) is op(op(a, b), c). It need not be commutative, because the elements stay in
/// their order. How they are grouped depends on their number and on the grain only. So an operation that is only almost
/// associative, such as the addition of floats, has the same result bit for bit, whatever the number of threads. A
/// grain is the number of elements that one thread combines without a look at others.
///
/// Both callables are called as by std::invoke, and as const, because several threads share them. The caller takes
/// part, from outside as a guest of `pool` (default_pool() if none is named). Throws: what a callable throws, as
/// parallel_for; task_cancelled if the std::stop_token asked it to stop before it knew the result; usage_error as
/// parallel_for. Complexity: `size` calls of each callable.
template <class First, class Last, class T, class Op, class F, detail::loop_option... Options>
requires detail::loop_bounds<First, Last>
[[nodiscard]] FILCH_LOCAL T parallel_transform_reduce(thread_pool& pool, First first, Last last, T init, const Op& op,
                                                      const F& transform, Options... options) {
  if constexpr (std::integral<First>) {
    using index = std::common_type_t<First, Last>;
    if constexpr (detail::check_operation<T, index, Op, F>()) {
      const auto from = detail::to_index<index>(first);
      return detail::reduce_at(
          pool, detail::range_size(from, detail::to_index<index>(last)), std::move(init), op,
          [&](std::size_t i) -> T { return detail::as<T>(detail::invoke(transform, detail::nth(from, i))); },
          detail::loop_options(options...));
    }
  } else if constexpr (detail::check_operation<T, std::iter_reference_t<First>, Op, F>()) {
    using difference = std::iter_difference_t<First>;
    return detail::reduce_at(
        pool, detail::size_of_distance(last - first), std::move(init), op,
        [&](std::size_t i) -> T { return detail::as<T>(detail::invoke(transform, first[static_cast<difference>(i)])); },
        detail::loop_options(options...));
  }
}

template <class First, class Last, class T, class Op, class F, detail::loop_option... Options>
requires detail::loop_bounds<First, Last>
[[nodiscard]] FILCH_LOCAL T parallel_transform_reduce(First first, Last last, T init, const Op& op, const F& transform,
                                                      Options... options) {
  return parallel_transform_reduce(detail::pool_of_caller(), first, last, std::move(init), op, transform, options...);
}

/// The same for the elements of a range.
template <std::ranges::random_access_range R, class T, class Op, class F, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_transform_reduce(thread_pool& pool, R&& range, T init, const Op& op,
                                                      const F& transform, Options... options) {
  const auto first = std::ranges::begin(range);
  return parallel_transform_reduce(pool, first, first + std::ranges::distance(range), std::move(init), op, transform,
                                   options...);
}

template <std::ranges::random_access_range R, class T, class Op, class F, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_transform_reduce(R&& range, T init, const Op& op, const F& transform,
                                                      Options... options) {
  return parallel_transform_reduce(detail::pool_of_caller(), range, std::move(init), op, transform, options...);
}

/// Combines `init` and every element of [first, last) by `op`: parallel_transform_reduce without a transformation.
template <std::random_access_iterator It, class T, class Op, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_reduce(thread_pool& pool, It first, It last, T init, const Op& op,
                                            Options... options) {
  return parallel_transform_reduce(pool, first, last, std::move(init), op, detail::itself, options...);
}

template <std::random_access_iterator It, class T, class Op, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_reduce(It first, It last, T init, const Op& op, Options... options) {
  return parallel_reduce(detail::pool_of_caller(), first, last, std::move(init), op, options...);
}

/// The same for the elements of a range.
template <std::ranges::random_access_range R, class T, class Op, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_reduce(thread_pool& pool, R&& range, T init, const Op& op, Options... options) {
  return parallel_transform_reduce(pool, range, std::move(init), op, detail::itself, options...);
}

template <std::ranges::random_access_range R, class T, class Op, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL T parallel_reduce(R&& range, T init, const Op& op, Options... options) {
  return parallel_reduce(detail::pool_of_caller(), range, std::move(init), op, options...);
}

/// The sum of the elements of a range of numbers. Floats are added with compensation (Ogita, Rump, Oishi 2005): the
/// error is about one rounding of the result, and does not grow with the number of elements. Options that let the
/// compiler change the order of floating-point operations, such as -ffast-math, undo that. Otherwise as
/// parallel_reduce.
template <std::ranges::random_access_range R, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL auto parallel_sum(thread_pool& pool, R&& range, Options... options) {
  using value = std::ranges::range_value_t<R>;
  static_assert(std::is_arithmetic_v<value>, "filch: parallel_sum adds numbers; parallel_reduce combines other values");
  if constexpr (std::floating_point<value>) {
    using sum = detail::compensated<value>;
    return parallel_transform_reduce(
               pool, range, sum(), [](sum a, sum b) { return a + b; }, [](value x) { return sum(x); }, options...)
        .value();
  } else {
    return parallel_reduce(
        pool, range, value(), [](value a, value b) { return static_cast<value>(a + b); }, options...);
  }
}

template <std::ranges::random_access_range R, detail::loop_option... Options>
[[nodiscard]] FILCH_LOCAL auto parallel_sum(R&& range, Options... options) {
  return parallel_sum(detail::pool_of_caller(), range, options...);
}

}  // namespace filch::inline v0
