// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_algorithm.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

using namespace std::chrono_literals;

namespace {

// What the algorithms are tried on: sizes around those of blocks and leaves, and orders of elements.
std::vector<std::vector<int>> inputs() {
  std::mt19937_64 random(filch_test::seed());
  std::vector<std::vector<int>> all;
  for (const std::size_t n : {0U, 1U, 2U, 3U, 100U, 129U, 5000U, 70'001U}) {
    std::vector<int> v(n);
    all.push_back(v);  // all equal
    std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random()); });
    all.push_back(v);
    std::generate(v.begin(), v.end(), [&] { return static_cast<int>(random() % 4); });
    all.push_back(v);
    std::sort(v.begin(), v.end());
    all.push_back(v);
    std::reverse(v.begin(), v.end());
    all.push_back(v);
  }
  return all;
}

struct options {
  filch::thread_pool& pool;
  filch::grain grain;
};

// In pools of one, two and five threads, with a grain and without.
template <class Test>
void in_several_ways(Test test) {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const filch::grain g : {filch::grain{}, filch::grain{3}, filch::grain{1000}}) {
      for (const std::vector<int>& v : inputs()) {
        CAPTURE(threads, g.elements, v.size());
        test(options{pool, g}, v);
      }
    }
  }
}

bool is_odd(int x) { return x % 2 != 0; }

}  // namespace

TEST_CASE("transform, fill, generate and copy write what the serial ones write") {
  in_several_ways([](const options& o, const std::vector<int>& v) {
    const auto half = [](int x) { return x / 2 + 1L; };
    std::vector<long> expected(v.size());
    std::transform(v.begin(), v.end(), expected.begin(), half);
    std::vector<long> out(v.size());
    REQUIRE(filch::parallel_transform(o.pool, v, out.begin(), half, o.grain) == out.end());
    REQUIRE(out == expected);
    const auto sum = [](int x, long y) { return x + y; };
    std::transform(v.begin(), v.end(), expected.begin(), expected.begin(), sum);
    REQUIRE(filch::parallel_transform(o.pool, v.begin(), v.end(), out.begin(), out.begin(), sum, o.grain) == out.end());
    REQUIRE(out == expected);
    std::vector<int> copied(v.size());
    REQUIRE(filch::parallel_copy(o.pool, v.begin(), v.end(), copied.begin(), o.grain) == copied.end());
    REQUIRE(copied == v);
    filch::parallel_fill(o.pool, copied, 7, o.grain);
    REQUIRE(std::all_of(copied.begin(), copied.end(), [](int x) { return x == 7; }));
    std::atomic<int> next{0};
    filch::parallel_generate(o.pool, copied.begin(), copied.end(), [&] { return next.fetch_add(1); }, o.grain);
    std::sort(copied.begin(), copied.end());
    for (std::size_t i = 0; i < copied.size(); ++i) {
      REQUIRE(copied[i] == static_cast<int>(i));
    }
  });
}

TEST_CASE("searches find the first, and say what the serial ones say") {
  in_several_ways([](const options& o, const std::vector<int>& v) {
    for (const std::size_t at : {std::size_t{0}, v.size() / 2, v.size() - std::min<std::size_t>(1, v.size())}) {
      const int wanted = v.empty() ? 1 : v[at];
      const auto is_wanted = [&](int x) { return x == wanted; };
      REQUIRE(filch::parallel_find(o.pool, v, wanted, o.grain) == std::find(v.begin(), v.end(), wanted));
      REQUIRE(filch::parallel_find_if(o.pool, v.begin(), v.end(), is_wanted, o.grain) ==
              std::find_if(v.begin(), v.end(), is_wanted));
      REQUIRE(filch::parallel_any_of(o.pool, v, is_wanted, o.grain) == std::any_of(v.begin(), v.end(), is_wanted));
      REQUIRE(filch::parallel_all_of(o.pool, v, is_wanted, o.grain) == std::all_of(v.begin(), v.end(), is_wanted));
      REQUIRE(filch::parallel_none_of(o.pool, v, is_wanted, o.grain) == std::none_of(v.begin(), v.end(), is_wanted));
      REQUIRE(filch::parallel_count(o.pool, v, wanted, o.grain) == std::count(v.begin(), v.end(), wanted));
    }
    REQUIRE(filch::parallel_count_if(o.pool, v, is_odd, o.grain) == std::count_if(v.begin(), v.end(), is_odd));
    REQUIRE(filch::parallel_find_if(o.pool, v, [](int) { return false; }, o.grain) == v.end());
  });
}

TEST_CASE("of equal smallest and largest elements those of the standard are found") {
  in_several_ways([](const options& o, const std::vector<int>& v) {
    for (const bool is_reversed : {false, true}) {
      const auto less = [is_reversed](int a, int b) { return is_reversed ? b % 100 < a % 100 : a % 100 < b % 100; };
      REQUIRE(filch::parallel_min_element(o.pool, v, less, o.grain) == std::min_element(v.begin(), v.end(), less));
      REQUIRE(filch::parallel_max_element(o.pool, v, less, o.grain) == std::max_element(v.begin(), v.end(), less));
      REQUIRE(filch::parallel_minmax_element(o.pool, v, less, o.grain) ==
              std::minmax_element(v.begin(), v.end(), less));
    }
    REQUIRE(filch::parallel_min_element(o.pool, v.begin(), v.end(), o.grain) == std::min_element(v.begin(), v.end()));
    REQUIRE(filch::parallel_max_element(o.pool, v.begin(), v.end()) == std::max_element(v.begin(), v.end()));
    REQUIRE(filch::parallel_minmax_element(o.pool, v) == std::minmax_element(v.begin(), v.end()));
  });
}

TEST_CASE("ranges are compared as the serial algorithms compare them") {
  in_several_ways([](const options& o, const std::vector<int>& v) {
    std::vector<int> other = v;
    REQUIRE(filch::parallel_equal(o.pool, v, other, o.grain));
    for (const std::size_t at : {std::size_t{0}, v.size() / 2, v.size() - std::min<std::size_t>(1, v.size())}) {
      if (at < v.size()) {
        other[at] ^= 1;
        REQUIRE(!filch::parallel_equal(o.pool, v.begin(), v.end(), other.begin(), o.grain));
        const auto expected = std::mismatch(v.begin(), v.end(), other.begin());
        REQUIRE((filch::parallel_mismatch(o.pool, v.begin(), v.end(), other.cbegin(), o.grain) ==
                 std::pair(expected.first, other.cbegin() + (expected.second - other.begin()))));
        other[at] ^= 1;
      }
    }
    other.push_back(1);
    REQUIRE(!filch::parallel_equal(o.pool, v, other, std::equal_to<>(), o.grain));
    REQUIRE(filch::parallel_equal(o.pool, v.begin(), v.end(), other.begin(), o.grain));
    const auto ends = filch::parallel_mismatch(o.pool, other, v, o.grain);
    REQUIRE(ends.first == other.begin() + static_cast<std::ptrdiff_t>(v.size()));
    REQUIRE(ends.second == v.end());
    const auto same_parity = [](int a, int b) { return (a ^ b) % 2 == 0; };
    REQUIRE(filch::parallel_equal(o.pool, v.begin(), v.end(), other.begin(), other.end() - 1, same_parity, o.grain));
  });
}

TEST_CASE("strings, elements that can only be moved, members and other containers") {
  filch::thread_pool pool(2);
  std::deque<std::string> names(5000, "name");
  names[4000] = "other";
  REQUIRE(filch::parallel_find(pool, names, "other") - names.begin() == 4000);
  REQUIRE(filch::parallel_max_element(pool, names) - names.begin() == 4000);
  std::vector<std::size_t> lengths(names.size());
  filch::parallel_transform(pool, names, lengths.begin(), &std::string::size);
  REQUIRE(filch::parallel_count(pool, lengths, 5U) == 1);
  std::vector<std::unique_ptr<int>> owners(3000);
  filch::parallel_generate(pool, owners, [] { return std::make_unique<int>(4); });
  REQUIRE(filch::parallel_all_of(pool, owners, [](const std::unique_ptr<int>& p) { return *p == 4; }));
  struct item {
    bool is_late = false;
  };
  std::vector<item> items(2000);
  REQUIRE(filch::parallel_none_of(pool, items, &item::is_late));
  // From a worker the worker's pool is used; from outside the default one.
  REQUIRE(pool.spawn([&] { return filch::parallel_count_if(items, &item::is_late); }).join() == 0);
  REQUIRE(filch::parallel_count_if(items, &item::is_late) == 0);
}

TEST_CASE("a search that finds something early looks at few elements behind it") {
  filch::thread_pool pool(2);
  std::atomic<int> looks{0};
  const auto slow_look = [&](int i) {
    looks.fetch_add(1);
    std::this_thread::sleep_for(100us);
    return i == 20;
  };
  std::vector<int> v(10'000);
  for (std::size_t i = 0; i < v.size(); ++i) {
    v[i] = static_cast<int>(i);
  }
  REQUIRE(*filch::parallel_find_if(pool, v, slow_look) == 20);
  REQUIRE(looks.load() < 200);
  looks = 0;
  REQUIRE(filch::parallel_any_of(pool, v, slow_look));
  REQUIRE(looks.load() < 200);
}

TEST_CASE("an exception of a callable is thrown, and a search that is asked to stop throws task_cancelled") {
  filch::thread_pool pool(2);
  std::vector<int> v(10'000, 1);
  const auto fails_late = [calls = std::make_shared<std::atomic<int>>(0)](int x) {
    if (calls->fetch_add(1) == 6000) {
      throw std::runtime_error("6000");
    }
    return x == 2;
  };
  REQUIRE_THROWS_WITH(filch::parallel_find_if(pool, v, fails_late), "6000");
  std::stop_source stop;
  stop.request_stop();
  REQUIRE_THROWS_AS(filch::parallel_find(pool, v, 2, stop.get_token()), filch::task_cancelled);
  REQUIRE_THROWS_AS(filch::parallel_count(pool, v, 2, stop.get_token(), filch::grain{5}), filch::task_cancelled);
  REQUIRE_THROWS_AS(filch::parallel_min_element(pool, v, stop.get_token()), filch::task_cancelled);
  REQUIRE_THROWS_AS(filch::parallel_equal(pool, v, v, stop.get_token()), filch::task_cancelled);
}
