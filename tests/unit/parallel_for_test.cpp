// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_for.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <ranges>
#include <string>
#include <type_traits>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

// How often each of 0..n-1 was seen.
using tally = std::vector<std::atomic<int>>;

bool each_once(const tally& t) {
  return std::all_of(t.begin(), t.end(), [](const auto& n) { return n.load() == 1; });
}

}  // namespace

TEST_CASE("empty and reversed ranges call nothing") {
  std::atomic<int> calls{0};
  const auto count = [&](auto&&...) { calls.fetch_add(1); };
  filch::parallel_for(3, 3, count);
  filch::parallel_for(5, 2, count);
  filch::parallel_for(0u, 0u, count);
  filch::parallel_for(std::int64_t{-1}, std::int64_t{-5}, count);
  filch::parallel_for_blocks(7, 7, count);
  std::vector<int> none;
  filch::parallel_for(none, count);
  filch::parallel_for(none.begin(), none.end(), count);
  REQUIRE(calls.load() == 0);
}

TEST_CASE("each index is seen once, for sizes around the pieces") {
  for (const std::size_t threads : {1u, 3u}) {
    filch::thread_pool pool(threads);
    for (const std::size_t n : {1u, 2u, 3u, 31u, 32u, 33u, 95u, 96u, 97u, 1000u, 10007u}) {
      tally seen(n);
      filch::parallel_for(pool, 0, n, [&](std::size_t i) { seen[i].fetch_add(1); });
      REQUIRE(each_once(seen));
    }
  }
}

TEST_CASE("mixed integral bounds take their common type; small types span their whole range") {
  std::atomic<std::int64_t> sum{0};
  filch::parallel_for(-5, 5L, [&](auto i) {
    static_assert(std::is_same_v<decltype(i), long>);
    sum.fetch_add(i);
  });
  REQUIRE(sum.load() == -5);
  tally seen(256);
  filch::parallel_for(std::numeric_limits<std::int8_t>::min(), std::numeric_limits<std::int8_t>::max(),
                      [&](std::int8_t i) { seen[static_cast<std::size_t>(i + 128)].fetch_add(1); });
  REQUIRE(seen[255].load() == 0);
  seen[255].store(1);
  REQUIRE(each_once(seen));
  sum.store(0);
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  filch::parallel_for(last - 3, last, [&](std::int64_t i) { sum.fetch_add(last - i); });
  REQUIRE(sum.load() == 6);
  filch::parallel_for(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min() + 3,
                      [&](std::int64_t i) { sum.fetch_add(i - std::numeric_limits<std::int64_t>::min()); });
  REQUIRE(sum.load() == 9);
}

TEST_CASE("blocks cover the range and obey the grain") {
  filch::thread_pool pool(2);
  struct loop {
    std::size_t size;
    std::size_t grain;
  };
  constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
  for (const loop l : {loop{1000, 7}, loop{767, 64}, loop{1000, 100}, loop{1001, 1000}, loop{100, 99}, loop{50, 64},
                       loop{128, 64}, loop{3, largest}, loop{100, 1}}) {
    tally seen(l.size);
    std::atomic<int> too_small{0};
    std::atomic<int> too_large{0};
    std::atomic<int> pieces{0};
    filch::parallel_for_blocks(
        pool, std::size_t{0}, l.size,
        [&](std::size_t lo, std::size_t hi) {
          pieces.fetch_add(1);
          too_small.fetch_add(hi - lo < std::min(l.size, l.grain) ? 1 : 0);
          too_large.fetch_add((hi - lo) / 2 >= l.grain ? 1 : 0);
          for (std::size_t i = lo; i != hi; ++i) {
            seen[i].fetch_add(1);
          }
        },
        filch::grain{l.grain});
    CAPTURE(l.size, l.grain);
    REQUIRE(each_once(seen));
    REQUIRE(too_small.load() == 0);
    REQUIRE(too_large.load() == 0);
    REQUIRE((pieces.load() > 1) == (l.size / 2 >= l.grain));
  }
}

TEST_CASE("iterators and ranges, by reference") {
  std::vector<int> v(1000, 1);
  filch::parallel_for(v.begin(), v.end(), [](int& x) { x += 1; });
  filch::parallel_for(
      v, [](int& x) { x *= 3; }, filch::grain{10});
  std::deque<int> d(100, 5);
  filch::parallel_for(d, [](int& x) { ++x; });
  std::array<int, 3> a{1, 2, 3};
  filch::parallel_for(a.data(), a.data() + a.size(), [](int& x) { x = -x; });
  REQUIRE(std::all_of(v.begin(), v.end(), [](int x) { return x == 6; }));
  REQUIRE(std::all_of(d.begin(), d.end(), [](int x) { return x == 6; }));
  REQUIRE(a == std::array{-1, -2, -3});
}

TEST_CASE("from outside it runs in the pool, from inside in the caller's pool, and nests") {
  filch::thread_pool pool(3);
  std::atomic<int> inside{0};
  filch::parallel_for(pool, 0, 20, [&](int) {
    filch::parallel_for(0, 20, [&](int) { inside.fetch_add(filch::this_worker::pool() == &pool ? 1 : 0); });
  });
  REQUIRE(inside.load() == 400);
}

TEST_CASE("a closed pool throws pool_closed and calls nothing") {
  filch::thread_pool pool(1);
  pool.close();
  int calls = 0;
  REQUIRE_THROWS_AS(filch::parallel_for(pool, 0, 10, [&](int) { ++calls; }), filch::pool_closed);
  REQUIRE(calls == 0);
}

namespace {

struct cell {
  int value = 1;
  void step() { value *= 2; }
};

void count_one(std::atomic<int>& counted) { counted.fetch_add(1); }

}  // namespace

TEST_CASE("members and functions by name are called as by std::invoke") {
  filch::thread_pool pool(2);
  std::vector<cell> cells(1000);
  filch::parallel_for(pool, cells, &cell::step);
  filch::parallel_for(pool, cells.begin(), cells.end(), &cell::step);
  filch::parallel_for(pool, cells, &cell::value);  // reads it, as std::ranges::for_each would
  std::vector<cell*> pointers;
  std::vector<std::reference_wrapper<cell>> references;
  for (cell& c : cells) {
    pointers.push_back(&c);
    references.emplace_back(c);
  }
  filch::parallel_for(pool, pointers, &cell::step);
  filch::parallel_for(pool, references, &cell::step);
  REQUIRE(std::all_of(cells.begin(), cells.end(), [](const cell& c) { return c.value == 16; }));
  std::vector<std::atomic<int>> counted(100);
  filch::parallel_for(pool, counted, count_one);
  REQUIRE(each_once(counted));
}

// clang before 16 cannot read the views of libstdc++.
#if !defined(__clang__) || __clang_major__ >= 16
TEST_CASE("a range may have a difference type of its own, wider than every integer") {
  filch::thread_pool pool(2);
  std::atomic<std::size_t> sum{0};
  const auto indices = std::views::iota(std::size_t{0}, std::size_t{1000});
  filch::parallel_for(pool, indices, [&](std::size_t i) { sum.fetch_add(i); });
  filch::parallel_for(pool, indices.begin(), indices.end(), [&](std::size_t i) { sum.fetch_add(i); });
  REQUIRE(sum.load() == 2 * 499'500);
  filch::parallel_for(pool, indices.end(), indices.begin(), [&](std::size_t) { sum.store(0); });
  REQUIRE(sum.load() == 2 * 499'500);
}
#endif

TEST_CASE("a bound that the common type cannot hold is a usage_error that says so, and nothing is called") {
  const std::vector<int> v(3);
  std::atomic<int> calls{0};
  const auto count = [&](auto...) { calls.fetch_add(1); };
  REQUIRE_THROWS_AS(filch::parallel_for(-2, v.size(), count), filch::usage_error);
  REQUIRE_THROWS_AS(filch::parallel_for(0U, -1, count), filch::usage_error);
  REQUIRE_THROWS_AS(filch::parallel_for_blocks(v.size(), std::int64_t{-1}, count), filch::usage_error);
  try {
    filch::parallel_for_blocks(-1, 5U, count);
    FAIL("no exception");
  } catch (const filch::usage_error& e) {
    REQUIRE(std::string(e.what()).find("negative") != std::string::npos);
  }
  REQUIRE(calls.load() == 0);
  filch::parallel_for(0, v.size(), count);                // as usual
  filch::parallel_for(std::int8_t{-2}, short{1}, count);  // the common type is int
  REQUIRE(calls.load() == 6);
}
