// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/fork_frame.hpp>
#include <filch/detail/worker/fork_host.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0 {

namespace detail {

// Away from fork_join's fast path.
template <class F, class G>
FILCH_LOCAL FILCH_COLD auto fork_join_outside(F&& f, G&& g) {
  return default_pool().invoke([&] { return fork_join_on(*current_host(), std::forward<F>(f), std::forward<G>(g)); });
}

}  // namespace detail

/// Runs `f` here and lets another worker take `g` meanwhile; returns when both are done.
///
/// On a worker or guest: its pool. Elsewhere: default_pool(), in which the caller takes part as a guest. While it waits
/// for a stolen `g` it runs nothing but work that `g` waits for, so a lock may be held across the call (not so with
/// `waiting::any`). Returns: std::pair of both results, void counting as std::monostate; void if both are void. Throws:
/// the exception that came first in time; a second one goes to on_unhandled_exception. Both sides always run to their
/// end before anything is thrown. Memory ordering: the caller's past happens before `g`, `g` happens before the return.
template <std::invocable F, std::invocable G>
FILCH_INLINE auto fork_join(F&& f, G&& g) {
  if (detail::fork_host* const host = detail::current_host()) {
    return detail::fork_join_on(*host, std::forward<F>(f), std::forward<G>(g));
  }
  detail::shown_callable<F> first(std::forward<F>(f));
  detail::shown_callable<G> second(std::forward<G>(g));
  return detail::fork_join_outside(std::forward<F>(first), std::forward<G>(second));
}

/// The same in `pool`: on a thread that works for it at this moment directly, elsewhere within pool.invoke(), so also
/// on the worker of another pool.
/// Throws: as invoke() too; neither side has then been called.
template <std::invocable F, std::invocable G>
FILCH_LOCAL auto fork_join(thread_pool& pool, F&& f, G&& g) {
  return pool.invoke(
      [&] { return detail::fork_join_on(*detail::current_host(), std::forward<F>(f), std::forward<G>(g)); });
}

}  // namespace filch::inline v0
