// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <filch/detail/job/result_slot.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0 {

namespace detail {

// The functions [Lo, Hi) of a tuple of references, forked in halves. Returns: the tuple of their results.
template <std::size_t Lo, std::size_t Hi, class Functions>
FILCH_LOCAL auto invoke_range(fork_host& host, Functions& fs) {
  if constexpr (Hi - Lo == 1) {
    using F = std::tuple_element_t<Lo, Functions>;
    using result = std::invoke_result_t<F>;
    if constexpr (std::is_void_v<result>) {
      std::forward<F>(std::get<Lo>(fs))();
      return std::tuple<std::monostate>();
    } else {
      return std::tuple<result>(std::forward<F>(std::get<Lo>(fs))());
    }
  } else {
    constexpr std::size_t middle = Lo + (Hi - Lo) / 2;
    auto halves = fork_join_on(
        host, [&] { return invoke_range<Lo, middle>(host, fs); },
        // The second half may run on another worker.
        [&] { return invoke_range<middle, Hi>(*current_host(), fs); });
    return std::tuple_cat(std::move(halves.first), std::move(halves.second));
  }
}

/// On a worker or guest. Returns: the tuple of all results; nothing if all are void.
template <class... Fs>
FILCH_LOCAL auto invoke_all(std::tuple<Fs...> functions) {
  if constexpr ((std::is_void_v<std::invoke_result_t<Fs>> && ...)) {
    static_cast<void>(invoke_range<0, sizeof...(Fs)>(*current_host(), functions));
  } else {
    return invoke_range<0, sizeof...(Fs)>(*current_host(), functions);
  }
}

}  // namespace detail

/// Runs all functions, in parallel where workers are free; as fork_join otherwise.
/// Returns: the tuple of the results, void counting as std::monostate; void if all are void.
template <std::invocable... Fs>
  requires(sizeof...(Fs) > 0)
FILCH_LOCAL auto parallel_invoke(Fs&&... fs) {
  if (detail::current_host() != nullptr) {
    return detail::invoke_all(std::tuple<Fs&&...>(std::forward<Fs>(fs)...));
  }
  return default_pool().invoke([&] { return detail::invoke_all(std::tuple<Fs&&...>(std::forward<Fs>(fs)...)); });
}

/// The same in `pool`, as the fork_join that names one.
template <std::invocable... Fs>
  requires(sizeof...(Fs) > 0)
FILCH_LOCAL auto parallel_invoke(thread_pool& pool, Fs&&... fs) {
  return pool.invoke([&] { return detail::invoke_all(std::tuple<Fs&&...>(std::forward<Fs>(fs)...)); });
}

}  // namespace filch::inline v0
