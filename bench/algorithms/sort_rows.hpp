// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "algorithms/ranges.hpp"
#include "support/measure.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace filch_bench {

enum class sorts { sort, stable_sort };

/// `make()` makes the unsorted ranges.
template <class Pool, sorts Which, class Make>
void register_sort(const options& asked, const std::string& name, Make make) {
  add_cells<Pool>(asked, name, oversubscribed::yes, [make](benchmark::State& state, std::size_t threads) {
    const auto unsorted = make();
    auto data = unsorted;
    measure<Pool>(
        state, threads,
        [&](Pool& pool) {
          data.for_each([&](auto first, auto last) {
            if constexpr (Which == sorts::sort) {
              pool.sort(first, last);
            } else {
              pool.stable_sort(first, last);
            }
          });
          return 0;
        },
        [&](int) {
          bool sorted = true;
          data.for_each([&](auto first, auto last) { sorted = sorted && std::is_sorted(first, last); });
          data = unsorted;
          return sorted ? std::string() : "it is not sorted";
        });
  });
}

/// Eight to sixteen characters, of which the first four are few.
[[nodiscard]] inline ranges<std::string> random_strings(std::size_t size) {
  std::mt19937_64 random(13);
  return ranges<std::string>(size, [&] {
    std::string s = "key" + std::to_string(random() % 4);
    for (std::size_t length = 8 + random() % 9; s.size() < length;) {
      s += static_cast<char>('a' + random() % 26);
    }
    return s;
  });
}

template <class Pool>
void register_sorts(const options& asked, std::size_t size) {
  using iterator = std::vector<std::uint64_t>::iterator;
  const auto numbers = [size] { return random_ranges<std::uint64_t>(size); };
  const auto strings = [] { return random_strings(400'000); };
  if constexpr (requires(Pool p, iterator it) { p.sort(it, it); }) {
    register_sort<Pool, sorts::sort>(asked, "sort_" + size_text(size), numbers);
    if (size == elements_a_run) {
      register_sort<Pool, sorts::sort>(asked, "sort_strings_4e5", strings);
    }
  }
  if constexpr (requires(Pool p, iterator it) { p.stable_sort(it, it); }) {
    register_sort<Pool, sorts::stable_sort>(asked, "stable_sort_" + size_text(size), numbers);
    if (size == elements_a_run) {
      register_sort<Pool, sorts::stable_sort>(asked, "stable_sort_strings_4e5", strings);
    }
  }
}

}  // namespace filch_bench
