// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "algorithms/ranges.hpp"
#include "support/measure.hpp"
#include "workloads/loops/loops.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace filch_bench {

template <class Pool>
void register_for_each(const options& asked, std::size_t size) {
  add_cells<Pool>(
      asked, "for_each_" + size_text(size), oversubscribed::yes, [size](benchmark::State& state, std::size_t threads) {
        auto data = ranges<std::uint64_t>(size, [n = std::uint64_t{0}]() mutable { return n++; });
        std::uint64_t expected = 0;
        for (const std::uint64_t x : data.all()) {
          expected += loop_step(x);
        }
        const std::vector<std::uint64_t> before = data.all();
        measure<Pool>(
            state, threads,
            [&](Pool& pool) {
              data.for_each([&](auto first, auto last) {
                pool.for_each(first, last, [](std::uint64_t& x) { x = loop_step(x); });
              });
              return 0;
            },
            [&](int) {
              const std::uint64_t sum = std::accumulate(data.all().begin(), data.all().end(), std::uint64_t{0});
              data.all() = before;
              return unless_equal("sum", sum, expected);
            });
      });
}

/// The element lies anywhere in its range.
template <class Pool>
void register_find(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "find_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = ranges<std::uint64_t>(size, [n = std::uint64_t{0}]() mutable { return n++; });
                    std::mt19937_64 random(11);
                    std::vector<std::uint64_t> wanted;
                    data.for_each([&](auto first, auto) { wanted.push_back(*first + random() % size); });
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          std::size_t range = 0;
                          std::size_t found = 0;
                          data.for_each([&](auto first, auto last) {
                            const auto at = pool.find(first, last, wanted[range]);
                            found += at != last && *at == wanted[range] ? 1 : 0;
                            ++range;
                          });
                          return found;
                        },
                        [&](std::size_t found) { return unless_equal("found", found, wanted.size()); });
                  });
}

template <class Pool>
void register_reduce(const options& asked, std::size_t size) {
  add_cells<Pool>(
      asked, "reduce_" + size_text(size), oversubscribed::yes, [size](benchmark::State& state, std::size_t threads) {
        auto data = random_ranges<double>(size);
        const double expected = std::accumulate(data.all().begin(), data.all().end(), 0.0);
        measure<Pool>(
            state, threads,
            [&](Pool& pool) {
              double sum = 0;
              data.for_each([&](auto first, auto last) { sum += pool.reduce(first, last, 0.0); });
              return sum;
            },
            [&](double sum) {
              return std::abs(sum - expected) <= 1e-9 * expected ? std::string() : unless_equal("sum", sum, expected);
            });
      });
}

template <class Pool>
void register_inclusive_scan(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "inclusive_scan_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = random_ranges<double>(size);
                    std::vector<double> out(data.all().size());
                    const double expected =
                        std::accumulate(data.all().end() - static_cast<std::ptrdiff_t>(size), data.all().end(), 0.0);
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          data.for_each([&](auto first, auto last) {
                            pool.inclusive_scan(first, last, out.begin() + (first - data.all().begin()));
                          });
                          return out.back();
                        },
                        [&](double last) {
                          out.back() = 0;
                          return std::abs(last - expected) <= 1e-9 * expected
                                     ? std::string()
                                     : unless_equal("last sum", last, expected);
                        });
                  });
}

/// Half of the elements are copied, which half nobody can foresee.
template <class Pool>
void register_copy_if(const options& asked, std::size_t size) {
  add_cells<Pool>(asked, "copy_if_" + size_text(size), oversubscribed::yes,
                  [size](benchmark::State& state, std::size_t threads) {
                    auto data = random_ranges<std::uint64_t>(size);
                    std::vector<std::uint64_t> out(data.all().size());
                    const auto is_wanted = [](std::uint64_t x) { return x % 2 == 0; };
                    const auto expected =
                        static_cast<std::ptrdiff_t>(std::count_if(data.all().begin(), data.all().end(), is_wanted));
                    measure<Pool>(
                        state, threads,
                        [&](Pool& pool) {
                          std::ptrdiff_t copied = 0;
                          data.for_each([&](auto first, auto last) {
                            const auto begin = out.begin() + (first - data.all().begin());
                            copied += pool.copy_if(first, last, begin, is_wanted) - begin;
                          });
                          return copied;
                        },
                        [&](std::ptrdiff_t copied) { return unless_equal("copied", copied, expected); });
                  });
}

}  // namespace filch_bench
