// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/loop_progress.hpp>

namespace filch::inline v0::detail {

/// Runs elements of [lo, hi) on the calling thread, from the front, until it is known that the rest is worth sharing.
/// Calls `body(lo, hi)` on chunks. Returns where the rest begins; `hi` if nothing is left, or the loop has been
/// stopped.
template <class Body>
FILCH_LOCAL std::size_t run_head(loop_progress& progress, Body& body, std::size_t lo, std::size_t hi) {
  using clock = steady_clock;
  constexpr std::chrono::nanoseconds first_chunks{600};
  constexpr std::size_t fastest_growth = 15;
  const clock::time_point start = clock::now();
  clock::time_point before = start;
  for (std::size_t chunk = 1; !progress.is_stopped() && lo < progress.end();) {
    body(lo, lo + chunk);
    lo += chunk;
    if (lo == hi) {
      break;
    }
    const clock::time_point now = clock::now();
    const auto took = static_cast<double>(std::max<std::chrono::nanoseconds::rep>((now - before).count(), 1));
    const double per_element = took / static_cast<double>(chunk);
    if (now - start >= progress.head() && progress.is_worth_sharing(now - before, chunk, hi - lo)) {
      progress.note(chunk, now - before);
      return lo;
    }
    const auto next = static_cast<double>((now - start > first_chunks ? (now - start) : first_chunks).count());
    chunk = (std::min)(
        {fastest_growth * chunk, (std::max<std::size_t>)(1, static_cast<std::size_t>(next / per_element)), hi - lo});
    before = now;
  }
  return hi;
}

}  // namespace filch::inline v0::detail
