// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/ordered_loop.hpp>
#include <filch/detail/pool/pool_of_caller.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// What is called as `algorithm(pool, arguments...)` or `algorithm(arguments...)`. Self::run(pool, arguments...) does
/// it.
template <class Self>
struct algorithm {
  template <class... Args>
  FILCH_LOCAL decltype(auto) operator()(thread_pool& pool, Args&&... args) const {
    return Self::run(pool, std::forward<Args>(args)...);
  }
  template <class First, class... Args>
  requires(!std::derived_from<std::remove_cvref_t<First>, thread_pool>) FILCH_LOCAL decltype(auto) operator()(
      First&& first, Args&&... args) const {
    return Self::run(pool_of_caller(), std::forward<First>(first), std::forward<Args>(args)...);
  }
};

/// Calls `body(lo, hi)` on blocks of [0, size), in `pool`.
template <class Body>
FILCH_LOCAL void run_loop(thread_pool& pool, std::size_t size, const loop_options& options, const Body& body) {
  if (size != 0) {
    loop_progress progress(size, pool.thread_count(), options);
    pool.invoke([&] { adaptive_loop<const Body>(progress, body).run(0, size); });
  }
}

/// The least index in [0, size) that a search finds, and `size` if there is none. `search(lo, hi)` returns the first
/// that it finds in [lo, hi), or `hi`. Throws: what it throws; task_cancelled if the algorithm was asked to stop.
template <class Search>
[[nodiscard]] FILCH_LOCAL std::size_t find_index(thread_pool& pool, std::size_t size, const loop_options& options,
                                                 const Search& search) {
  if (size == 0) {
    return 0;
  }
  // A search often ends early. Until then nobody else is asked to take part.
  loop_progress progress(size, pool.thread_count(), options, std::chrono::microseconds(4));
  const auto body = [&](std::size_t lo, std::size_t hi) {
    if (const std::size_t found = search(lo, hi); found != hi) {
      progress.end_at(found);
    }
  };
  pool.invoke([&] { ordered_loop<const decltype(body)>(progress, body, pool.thread_count()).run(size); });
  if (options.stop.stop_requested()) {
    throw_stopped();
  }
  return progress.end();
}

}  // namespace filch::inline v0::detail
