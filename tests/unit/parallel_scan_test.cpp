// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_scan.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/calls_after.hpp"
#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

const auto join = [](const std::string& a, const std::string& b) { return a + b; };

// In pools of one, two and five threads, with a grain and without, for sizes around those of blocks.
template <class Test>
void in_several_ways(Test test) {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const filch::grain g : {filch::grain{}, filch::grain{1}, filch::grain{3}, filch::grain{1000}}) {
      for (const std::size_t n : {0U, 1U, 2U, 3U, 4U, 5U, 100U, 5000U, 16'385U, 200'003U}) {
        if (n / std::max<std::size_t>(1, g.elements) < 20'000 || n <= 5000) {
          CAPTURE(threads, g.elements, n);
          test(pool, g, n);
        }
      }
    }
  }
}

template <class T>
std::vector<T> numbers(std::size_t n) {
  std::mt19937_64 random(filch_test::seed());
  std::vector<T> v(n);
  for (T& x : v) {
    x = static_cast<T>(random() % 1000);
  }
  return v;
}

}  // namespace

TEST_CASE("scans of integers write what the serial ones write") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, std::size_t n) {
    const std::vector<long> v = numbers<long>(n);
    std::vector<long> expected(n);
    std::vector<long> out(n);
    const auto most = [](long a, long b) { return a > b ? a : b; };
    const auto twice = [](long x) { return 2 * x; };

    std::inclusive_scan(v.begin(), v.end(), expected.begin());
    REQUIRE(filch::parallel_inclusive_scan(pool, v.begin(), v.end(), out.begin(), g) == out.end());
    REQUIRE(out == expected);
    std::inclusive_scan(v.begin(), v.end(), expected.begin(), most);
    REQUIRE(filch::parallel_inclusive_scan(pool, v, out.begin(), most, g) == out.end());
    REQUIRE(out == expected);
    std::inclusive_scan(v.begin(), v.end(), expected.begin(), most, 500L);
    REQUIRE(filch::parallel_inclusive_scan(pool, v, out.begin(), most, 500L, g) == out.end());
    REQUIRE(out == expected);

    std::exclusive_scan(v.begin(), v.end(), expected.begin(), 7L);
    REQUIRE(filch::parallel_exclusive_scan(pool, v, out.begin(), 7L, g) == out.end());
    REQUIRE(out == expected);
    std::exclusive_scan(v.begin(), v.end(), expected.begin(), 7L, most);
    REQUIRE(filch::parallel_exclusive_scan(pool, v.begin(), v.end(), out.begin(), 7L, most, g) == out.end());
    REQUIRE(out == expected);

    std::transform_inclusive_scan(v.begin(), v.end(), expected.begin(), std::plus<>(), twice);
    REQUIRE(filch::parallel_transform_inclusive_scan(pool, v, out.begin(), std::plus<>(), twice, g) == out.end());
    REQUIRE(out == expected);
    std::transform_inclusive_scan(v.begin(), v.end(), expected.begin(), std::plus<>(), twice, 3L);
    REQUIRE(filch::parallel_transform_inclusive_scan(pool, v, out.begin(), std::plus<>(), twice, 3L, g) == out.end());
    REQUIRE(out == expected);
    std::transform_exclusive_scan(v.begin(), v.end(), expected.begin(), 3L, std::plus<>(), twice);
    REQUIRE(filch::parallel_transform_exclusive_scan(pool, v, out.begin(), 3L, std::plus<>(), twice, g) == out.end());
    REQUIRE(out == expected);
  });
}

TEST_CASE("a scan may write over what it reads") {
  in_several_ways([](filch::thread_pool& pool, filch::grain g, std::size_t n) {
    const std::vector<double> v = numbers<double>(n);
    std::vector<double> expected(n);
    std::exclusive_scan(v.begin(), v.end(), expected.begin(), 1.0);  // sums of small whole numbers are exact
    std::vector<double> here = v;
    filch::parallel_exclusive_scan(pool, here, here.begin(), 1.0, g);
    REQUIRE(here == expected);
    std::inclusive_scan(v.begin(), v.end(), expected.begin());
    here = v;
    filch::parallel_inclusive_scan(pool, here, here.begin(), g);
    REQUIRE(here == expected);
  });
}

TEST_CASE("a scan keeps the order of elements, of types that are neither numbers nor empty at first") {
  struct word {
    explicit word(std::string t) : text(std::move(t)) {}
    std::string text;
  };
  filch::thread_pool pool(3);
  for (const std::size_t n : {1U, 2U, 63U, 64U, 1000U}) {
    std::vector<std::string> v;
    for (std::size_t i = 0; i < n; ++i) {
      v.push_back(std::to_string(i));
    }
    std::vector<std::string> expected(n);
    std::vector<std::string> out(n);
    std::inclusive_scan(v.begin(), v.end(), expected.begin());
    filch::parallel_inclusive_scan(pool, v, out.begin());
    REQUIRE(out == expected);
    std::exclusive_scan(v.begin(), v.end(), expected.begin(), std::string("<"), join);
    filch::parallel_exclusive_scan(pool, v, out.begin(), std::string("<"), join);
    REQUIRE(out == expected);

    const auto join_words = [](const word& a, const word& b) { return word(a.text + b.text); };
    std::vector<word> words(n, word("x"));
    filch::parallel_transform_inclusive_scan(pool, v, words.begin(), join_words,
                                             [](const std::string& s) { return word(s); });
    REQUIRE(words.back().text == std::accumulate(v.begin(), v.end(), std::string()));
  }
}

TEST_CASE("the results of a scan take the type of its initial value") {
  filch::thread_pool pool(2);
  const std::vector<std::int8_t> v(100'000, std::int8_t{100});
  std::vector<std::int64_t> out(v.size());
  filch::parallel_exclusive_scan(pool, v, out.begin(), std::int64_t{0});
  REQUIRE(out.back() == 100 * 99'999);
  filch::parallel_inclusive_scan(pool, v, out.begin(), std::plus<>(), std::int64_t{0});
  REQUIRE(out.back() == 100 * 100'000);
}

TEST_CASE("a scan of floats has one result bit for bit") {
  std::mt19937_64 random(filch_test::seed());
  std::vector<double> v(300'000);
  for (double& x : v) {
    x = std::ldexp(static_cast<double>(random() % 2001) - 1000.0, static_cast<int>(random() % 40));
  }
  for (const filch::grain g : {filch::grain{}, filch::grain{100}, filch::grain{50'000}}) {
    std::vector<double> first;
    for (const std::size_t threads : {1U, 2U, 3U, 8U, 64U}) {
      filch::thread_pool pool(threads);
      for (int i = 0; i < 3; ++i) {
        std::vector<double> out(v.size());
        filch::parallel_inclusive_scan(pool, v, out.begin(), g);
        if (first.empty()) {
          first = out;
        }
        bool is_same = true;
        for (std::size_t k = 0; k < out.size(); ++k) {
          is_same = is_same && std::bit_cast<std::uint64_t>(out[k]) == std::bit_cast<std::uint64_t>(first[k]);
        }
        REQUIRE(is_same);
      }
    }
  }
}

TEST_CASE("an exception of a scan is thrown to its caller, and ends it") {
  filch::thread_pool pool(2);
  const std::vector<double> v(1000, 1.0);
  for (const int at : {1, 2, 57, 999, 1500, 1980}) {
    std::vector<double> out(v.size());
    std::atomic<int> calls{0};
    filch_test::calls_after_a_throw after;
    const auto add = [&](double a, double b) {
      if (calls.fetch_add(1) + 1 == at) {
        after.about_to_throw();
        throw std::runtime_error("add");
      }
      after.called();
      return a + b;
    };
    REQUIRE_THROWS_AS(filch::parallel_inclusive_scan(pool, v, out.begin(), add, filch::grain{10}), std::runtime_error);
    REQUIRE(after.count() <= 40);  // one block of each of two other threads, with two calls for an element
  }
}

TEST_CASE("a scan that is asked to stop says so") {
  filch::thread_pool pool(2);
  std::stop_source source;
  std::vector<int> v(1000, 1);
  std::atomic<int> calls{0};
  std::atomic<int> after{0};
  const auto add = [&](int a, int b) {
    after.fetch_add(source.stop_requested() ? 1 : 0);
    if (calls.fetch_add(1) == 100) {
      source.request_stop();
    }
    return a + b;
  };
  REQUIRE_THROWS_AS(filch::parallel_inclusive_scan(pool, v, v.begin(), add, source.get_token(), filch::grain{10}),
                    filch::task_cancelled);
  REQUIRE(after.load() <= 3 * 10 * 2);
  calls = 0;
  REQUIRE_THROWS_AS(filch::parallel_exclusive_scan(pool, v, v.begin(), 0, add, filch::grain{10}, source.get_token()),
                    filch::task_cancelled);
  REQUIRE(calls.load() == 0);
}

TEST_CASE("without a pool a scan runs in that of its worker, or in the default pool") {
  std::vector<int> v(100'000, 1);
  REQUIRE(filch::parallel_inclusive_scan(v, v.begin()) == v.end());
  REQUIRE(v.back() == 100'000);
  filch::thread_pool pool(2);
  pool.invoke([&] {
    const auto is_here = [&](int) { return filch::this_worker::pool() == &pool ? 1 : 0; };
    filch::parallel_transform_inclusive_scan(v, v.begin(), std::plus<>(), is_here);
  });
  REQUIRE(v.back() == 100'000);
}
