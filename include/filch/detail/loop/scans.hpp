// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/base/invoke.hpp>
#include <filch/detail/loop/algorithm.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/operations.hpp>
#include <filch/detail/loop/scan.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// Scans f(x) for the elements x of [first, last), each as a T. Returns: the end of what was written.
template <scan_kind Kind, class T, class It, class Out, class Op, class F, class... Options>
FILCH_LOCAL Out scan_elements(thread_pool& pool, const It& first, const It& last, const Out& out, std::optional<T> init,
                              const Op& op, const F& f, const Options&... options) {
  if constexpr (check_operation<T, std::iter_reference_t<It>, Op, F>()) {
    const std::size_t size = size_between(first, last);
    const auto get = [&](std::size_t i) -> T { return as<T>(detail::invoke(f, element(first, i))); };
    const auto put = [&](std::size_t i, T value) { element(out, i) = std::move(value); };
    const auto combine = as_operation<T>(op);
    if (size != 0) {
      const loop_options o(options...);
      scan<Kind, T, decltype(get), decltype(put), decltype(combine)> all(size, pool.thread_count(), o, get, put,
                                                                         combine);
      pool.invoke([&] { all.run(std::move(init)); });
    }
    return advanced(out, size);
  }
}

struct inclusive_scan_fn : algorithm<inclusive_scan_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, Options... options) {
    return run(pool, first, last, out, plus, options...);
  }
  template <std::random_access_iterator It, std::random_access_iterator Out, class Op, loop_option... Options>
  requires(!loop_option<Op>) static Out
      run(thread_pool& pool, It first, It last, Out out, const Op& op, Options... options) {
    using value = std::iter_value_t<It>;
    return scan_elements<scan_kind::inclusive, value>(pool, first, last, out, std::nullopt, op, itself, options...);
  }
  template <std::random_access_iterator It, std::random_access_iterator Out, class Op, class T, loop_option... Options>
  requires(!loop_option<Op> && !loop_option<T>) static Out
      run(thread_pool& pool, It first, It last, Out out, const Op& op, T init, Options... options) {
    return scan_elements<scan_kind::inclusive, T>(pool, first, last, out, std::move(init), op, itself, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static auto run(thread_pool& pool, R&& range, Rest&&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::forward<Rest>(rest)...);
  }
};

struct exclusive_scan_fn : algorithm<exclusive_scan_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class T, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, T init, Options... options) {
    return run(pool, first, last, out, std::move(init), plus, options...);
  }
  template <std::random_access_iterator It, std::random_access_iterator Out, class T, class Op, loop_option... Options>
  requires(!loop_option<Op>) static Out
      run(thread_pool& pool, It first, It last, Out out, T init, const Op& op, Options... options) {
    return scan_elements<scan_kind::exclusive, T>(pool, first, last, out, std::move(init), op, itself, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static auto run(thread_pool& pool, R&& range, Rest&&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::forward<Rest>(rest)...);
  }
};

struct transform_inclusive_scan_fn : algorithm<transform_inclusive_scan_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class Op, class F, loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, const Op& op, const F& f, Options... options) {
    using value = std::remove_cvref_t<std::invoke_result_t<const F&, std::iter_reference_t<It>>>;
    return scan_elements<scan_kind::inclusive, value>(pool, first, last, out, std::nullopt, op, f, options...);
  }
  template <std::random_access_iterator It, std::random_access_iterator Out, class Op, class F, class T,
            loop_option... Options>
  requires(!loop_option<T>) static Out
      run(thread_pool& pool, It first, It last, Out out, const Op& op, const F& f, T init, Options... options) {
    return scan_elements<scan_kind::inclusive, T>(pool, first, last, out, std::move(init), op, f, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static auto run(thread_pool& pool, R&& range, Rest&&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::forward<Rest>(rest)...);
  }
};

struct transform_exclusive_scan_fn : algorithm<transform_exclusive_scan_fn> {
  template <std::random_access_iterator It, std::random_access_iterator Out, class T, class Op, class F,
            loop_option... Options>
  static Out run(thread_pool& pool, It first, It last, Out out, T init, const Op& op, const F& f, Options... options) {
    return scan_elements<scan_kind::exclusive, T>(pool, first, last, out, std::move(init), op, f, options...);
  }
  template <std::ranges::random_access_range R, class... Rest>
  static auto run(thread_pool& pool, R&& range, Rest&&... rest) {
    const auto first = std::ranges::begin(range);
    return run(pool, first, first + std::ranges::distance(range), std::forward<Rest>(rest)...);
  }
};

}  // namespace filch::inline v0::detail
