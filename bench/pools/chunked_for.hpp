// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>

namespace filch_bench {

/// The loop of the pools that have none: equal chunks, enough of them to even out a skewed loop.
/// Called from outside of the pool.
template <class Pool, class F>
void chunked_for(Pool& pool, std::size_t threads, std::size_t first, std::size_t last, F& f) {
  constexpr std::size_t chunks_per_thread = 32;
  const std::size_t chunk = std::max<std::size_t>(1, (last - first) / (threads * chunks_per_thread));
  pool.run([&] {
    typename Pool::group chunks(pool);
    for (std::size_t low = first; low < last; low += chunk) {
      chunks.run([&f, low, high = std::min(last, low + chunk)] {
        for (std::size_t i = low; i < high; ++i) {
          f(i);
        }
      });
    }
    chunks.wait();
  });
}

}  // namespace filch_bench
