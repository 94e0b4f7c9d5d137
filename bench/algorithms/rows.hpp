// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "algorithms/element_rows.hpp"
#include "algorithms/loop_rows.hpp"
#include "algorithms/sort_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace filch_bench {

/// Every algorithm that the pool has, with 10 to 10^7 elements.
template <class Pool>
void register_algorithms(const options& asked) {
  using iterator = std::vector<std::uint64_t>::iterator;
  const auto function = [](std::uint64_t) { return true; };
  for (std::size_t size = 10; size <= 10'000'000; size *= 10) {
    if constexpr (requires(Pool p, iterator it) { p.for_each(it, it, function); }) {
      register_for_each<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.find(it, it, 0); }) {
      register_find<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.reduce(it, it, 0); }) {
      register_reduce<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.inclusive_scan(it, it, it); }) {
      register_inclusive_scan<Pool>(asked, size);
    }
    if constexpr (requires(Pool p, iterator it) { p.copy_if(it, it, it, function); }) {
      register_copy_if<Pool>(asked, size);
    }
    register_sorts<Pool>(asked, size);
  }
  if constexpr (requires(Pool p) { p.parallel_for(0, 0, function); }) {
    for (const std::size_t size : {16U, 128U, 1000U, 10'000U, 100'000U}) {
      register_loop_small<Pool>(asked, size);
    }
    register_nbody<Pool>(asked);
  }
}

}  // namespace filch_bench
