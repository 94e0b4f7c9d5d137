// SPDX-License-Identifier: BSL-1.0
// Loops over steps, and over tiles of a rectangle.
#include <filch/parallel_for.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <mutex>
#include <set>
#include <type_traits>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

template <class First, class Last, class Step>
auto seen_in_steps(filch::thread_pool& pool, First first, Last last, Step step, filch::grain g = {}) {
  using index = std::common_type_t<First, Last, Step>;
  std::mutex mutex;
  std::multiset<index> seen;
  filch::parallel_for_step(
      pool, first, last, step,
      [&](index i) {
        const std::lock_guard lock(mutex);
        seen.insert(i);
      },
      g);
  return std::vector<index>(seen.begin(), seen.end());
}

}  // namespace

TEST_CASE("a loop over steps calls what a serial one calls, up and down") {
  filch::thread_pool pool(2);
  for (const int step : {1, 2, 3, 7, 100, -1, -2, -7, -100}) {
    for (const int first : {-10, 0, 5}) {
      for (const int last : {-11, -10, -3, 0, 5, 6, 60}) {
        std::vector<int> expected;
        for (int i = first; step > 0 ? i < last : i > last; i += step) {
          expected.push_back(i);
        }
        std::sort(expected.begin(), expected.end());
        CAPTURE(first, last, step);
        REQUIRE(seen_in_steps(pool, first, last, step) == expected);
        REQUIRE(seen_in_steps(pool, first, last, step, filch::grain{4}) == expected);
      }
    }
  }
}

TEST_CASE("steps reach the ends of their type without overflow, and a step of 0 is a usage_error") {
  filch::thread_pool pool(2);
  constexpr auto most = std::numeric_limits<int>::max();
  constexpr auto least = std::numeric_limits<int>::min();
  REQUIRE(seen_in_steps(pool, most - 5, most, 3) == std::vector<int>{most - 5, most - 2});
  REQUIRE(seen_in_steps(pool, least + 1, least, least) == std::vector<int>{least + 1});
  REQUIRE(seen_in_steps(pool, least, most, most) == std::vector<int>{least, -1, most - 1});
  REQUIRE(seen_in_steps(pool, std::uint8_t{250}, std::uint8_t{255}, std::uint8_t{4}) ==
          std::vector<std::uint8_t>{250, 254});
  REQUIRE_THROWS_AS(seen_in_steps(pool, 0, 5, 0), filch::usage_error);
  REQUIRE_THROWS_AS(seen_in_steps(pool, 5U, 0U, -1), filch::usage_error);
}

TEST_CASE("tiles cover a rectangle once, and obey the grain") {
  struct rectangle {
    int rows;
    int cols;
  };
  for (const std::size_t threads : {1U, 3U}) {
    filch::thread_pool pool(threads);
    for (const rectangle r : {rectangle{0, 5}, rectangle{5, 0}, rectangle{-3, 5}, rectangle{1, 1}, rectangle{1, 1000},
                              rectangle{77, 130}, rectangle{300, 200}}) {
      for (const filch::grain g : {filch::grain{}, filch::grain{1}, filch::grain{50}, filch::grain{100'000}}) {
        std::vector<std::atomic<int>> seen(static_cast<std::size_t>(std::max(0, r.rows) * std::max(0, r.cols)));
        std::atomic<int> small{0};
        std::atomic<int> large{0};
        std::atomic<std::size_t> tiles{0};
        filch::parallel_for_tiles(
            pool, r.rows, r.cols,
            [&](int row_lo, int row_hi, int col_lo, int col_hi) {
              const auto size = static_cast<std::size_t>((row_hi - row_lo) * (col_hi - col_lo));
              tiles.fetch_add(1);
              large.fetch_add(row_hi - row_lo > 32 || col_hi - col_lo > 32 ? 1 : 0);
              small.fetch_add(size < g.elements && row_hi != r.rows && col_hi != r.cols ? 1 : 0);
              for (int row = row_lo; row < row_hi; ++row) {
                for (int col = col_lo; col < col_hi; ++col) {
                  seen[static_cast<std::size_t>(row * r.cols + col)].fetch_add(1);
                }
              }
            },
            g);
        CAPTURE(threads, r.rows, r.cols, g.elements);
        REQUIRE(std::all_of(seen.begin(), seen.end(), [](const auto& n) { return n.load() == 1; }));
        REQUIRE(small.load() == 0);
        if (g.elements == 0) {
          REQUIRE(large.load() == 0);
          REQUIRE(tiles.load() >= std::min(seen.size(), 16 * threads));
        }
      }
    }
  }
  std::atomic<int> cells{0};
  filch::parallel_for_tiles(
      40, 40L, [&](long a, long b, long c, long d) { cells.fetch_add(static_cast<int>((b - a) * (d - c))); });
  filch::parallel_for_step(0, 10, 5, [&](int) { cells.fetch_add(1); });
  REQUIRE(cells.load() == 1602);
}
