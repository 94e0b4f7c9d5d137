// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/measure.hpp"
#include "support/opaque.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace filch_bench {

/// Below this a quicksort is no longer the better algorithm, in the serial version too.
inline constexpr std::size_t quicksort_leaf = 64;

/// Where the elements above the pivot begin; both sides are smaller than the whole.
[[nodiscard]] std::size_t partition_around_median(std::span<std::uint32_t> values);

FILCH_BENCH_OPAQUE inline void quicksort_serial(std::span<std::uint32_t> values) {
  if (values.size() <= quicksort_leaf) {
    std::sort(values.begin(), values.end());
    return;
  }
  const std::size_t middle = partition_around_median(values);
  quicksort_serial(values.first(middle));
  quicksort_serial(values.subspan(middle));
}

template <class Pool>
void quicksort(Pool& pool, std::span<std::uint32_t> values) {
  if constexpr (Pool::is_serial) {
    quicksort_serial(values);
  } else {
    if (values.size() <= quicksort_leaf) {
      std::sort(values.begin(), values.end());
      return;
    }
    const std::size_t middle = partition_around_median(values);
    pool.fork_join([&] { quicksort(pool, values.first(middle)); }, [&] { quicksort(pool, values.subspan(middle)); });
  }
}

template <class Pool>
void register_quicksort(const options& asked) {
  add_cells<Pool>(asked, "quicksort_1e6", oversubscribed::yes, [](benchmark::State& state, std::size_t threads) {
    std::vector<std::uint32_t> unsorted(1'000'000);
    std::minstd_rand random(5);
    std::generate(unsorted.begin(), unsorted.end(), [&] { return static_cast<std::uint32_t>(random()); });
    const std::uint64_t sum = std::accumulate(unsorted.begin(), unsorted.end(), std::uint64_t{0});
    std::vector<std::uint32_t> values = unsorted;
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          pool.run([&] { quicksort(pool, std::span(values)); });
          return 0;
        },
        [&](int) {
          const bool sorted = std::is_sorted(values.begin(), values.end());
          const std::uint64_t kept = std::accumulate(values.begin(), values.end(), std::uint64_t{0});
          values = unsorted;
          return sorted ? unless_equal("sum", kept, sum) : std::string("not sorted");
        });
  });
}

}  // namespace filch_bench
