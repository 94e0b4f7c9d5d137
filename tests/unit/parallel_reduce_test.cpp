// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_reduce.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

namespace {

constexpr std::size_t sizes[] = {0, 1, 2, 3, 7, 16, 17, 100, 127, 128, 129, 1000, 4097, 100'003};

// The letters are combined in their order, or the result differs.
std::string letters(std::size_t n) {
  std::string s;
  for (std::size_t i = 0; i < n; ++i) {
    s += static_cast<char>('a' + i % 26);
  }
  return s;
}

// So slow that it is shared between the threads.
int slow(int x) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(2);
  while (std::chrono::steady_clock::now() < end) {
  }
  return x;
}

}  // namespace

TEST_CASE("a reduction combines all elements and init, in any number of threads") {
  for (const std::size_t threads : {1U, 2U, 5U}) {
    filch::thread_pool pool(threads);
    for (const std::size_t n : sizes) {
      CAPTURE(threads, n);
      std::vector<int> v(n);
      std::iota(v.begin(), v.end(), -50);
      const auto expected = std::accumulate(v.begin(), v.end(), std::int64_t{3});
      REQUIRE(filch::parallel_reduce(pool, v, std::int64_t{3}, std::plus<>()) == expected);
      REQUIRE(filch::parallel_reduce(pool, v.begin(), v.end(), std::int64_t{3}, std::plus<>(), filch::grain{5}) ==
              expected);
      REQUIRE(filch::parallel_transform_reduce(pool, std::size_t{0}, n, std::int64_t{3}, std::plus<>(),
                                               [&](std::size_t i) { return v[i]; }) == expected);
    }
  }
}

TEST_CASE("an operation that is not commutative gets the elements in their order") {
  filch::thread_pool pool(3);
  for (const std::size_t n : {0U, 1U, 2U, 5U, 130U, 1000U}) {
    const std::string text = letters(n);
    const auto as_string = [](char c) {
      static_cast<void>(slow(0));
      return std::string(1, c);
    };
    CAPTURE(n);
    REQUIRE(filch::parallel_transform_reduce(pool, text, std::string("<"), std::plus<>(), as_string) == "<" + text);
    REQUIRE(filch::parallel_transform_reduce(pool, text, std::string("<"), std::plus<>(), as_string, filch::grain{3}) ==
            "<" + text);
  }
}

TEST_CASE("the sum of floats is the same bit for bit whatever the number of threads and however they are timed") {
  std::mt19937_64 random(filch_test::seed());
  std::vector<float> v(200'000);
  std::uniform_real_distribution<float> number(-1.0F, 1.0F);
  std::generate(v.begin(), v.end(), [&] { return number(random) * std::exp(20 * number(random)); });
  for (const filch::grain g : {filch::grain{}, filch::grain{7}, filch::grain{1000}}) {
    std::uint32_t first = 0;
    for (const std::size_t threads : {1U, 2U, 3U, 8U, 64U}) {
      filch::thread_pool pool(threads);
      for (int round = 0; round < 20; ++round) {
        const float sum = filch::parallel_reduce(pool, v, 1.0F, std::plus<>(), g);
        const auto bits = std::bit_cast<std::uint32_t>(sum);
        first = first == 0 ? bits : first;
        CAPTURE(threads, round, g.elements, sum);
        REQUIRE(bits == first);
      }
    }
  }
}

TEST_CASE("minimum and maximum, products and bits") {
  filch::thread_pool pool(2);
  std::vector<double> v(10'000);
  std::iota(v.begin(), v.end(), -5000.0);
  const auto least = [](double a, double b) { return std::min(a, b); };
  REQUIRE(filch::parallel_reduce(pool, v, std::numeric_limits<double>::infinity(), least) == -5000.0);
  std::vector<std::uint8_t> bits(3000, 1);
  bits[2999] = 0x80;
  REQUIRE(filch::parallel_reduce(pool, bits, std::uint8_t{0}, std::bit_or<>()) == 0x81);
}

TEST_CASE("values that can only be moved, and that have no default, are reduced") {
  struct only_moved {
    explicit only_moved(int n) : value(std::make_unique<int>(n)) {}
    std::unique_ptr<int> value;
  };
  filch::thread_pool pool(2);
  const only_moved sum = filch::parallel_transform_reduce(
      pool, 0, 1000, only_moved(5),
      [](only_moved a, only_moved b) {
        *a.value += *b.value;
        return a;
      },
      [](int i) { return only_moved(slow(i)); });
  REQUIRE(*sum.value == 5 + 999 * 500);
}

TEST_CASE("members are transformations as by std::invoke") {
  struct item {
    int weight;
    [[nodiscard]] int doubled() const { return 2 * weight; }
  };
  filch::thread_pool pool(2);
  const std::vector<item> items(300, item{2});
  REQUIRE(filch::parallel_transform_reduce(pool, items, 0, std::plus<>(), &item::weight) == 600);
  REQUIRE(filch::parallel_transform_reduce(pool, items, 0, std::plus<>(), &item::doubled) == 1200);
}

TEST_CASE("an exception in a transformation or an operation ends a reduction and is thrown, whichever call it is") {
  filch::thread_pool pool(2);
  for (int k = 0; k < 400; ++k) {
    std::atomic<int> calls{0};
    const auto call = [&] {
      if (calls.fetch_add(1) == k) {
        throw std::runtime_error("call");
      }
    };
    bool thrown = false;
    try {
      const int sum = filch::parallel_transform_reduce(
          pool, 0, 100, 0,
          [&](int a, int b) {
            call();
            return a + b;
          },
          [&](int i) {
            call();
            return i;
          },
          filch::grain{3});
      REQUIRE(sum == 4950);
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    CAPTURE(k);
    REQUIRE(thrown == (k < 200));
  }
}

TEST_CASE("a reduction that is asked to stop throws task_cancelled") {
  filch::thread_pool pool(2);
  std::stop_source stop;
  std::atomic<int> calls{0};
  std::atomic<int> after{0};
  REQUIRE_THROWS_AS(filch::parallel_transform_reduce(
                        pool, 0, 1'000'000, 0, std::plus<>(),
                        [&](int i) {
                          after.fetch_add(stop.stop_requested() ? 1 : 0);
                          if (calls.fetch_add(1) == 10) {
                            stop.request_stop();
                          }
                          return slow(i) & 1;
                        },
                        stop.get_token()),
                    filch::task_cancelled);
  REQUIRE(after.load() < 100'000);
  std::stop_source never;
  REQUIRE(filch::parallel_transform_reduce(pool, 0, 100, 0, std::plus<>(), std::identity(), never.get_token()) == 4950);
}

TEST_CASE("the sum of a range of numbers; of floats with what is lost by rounding") {
  filch::thread_pool pool(2);
  REQUIRE(filch::parallel_sum(pool, std::vector<int>{}) == 0);
  REQUIRE(filch::parallel_sum(pool, std::vector<int>(1000, 3)) == 3000);
  std::vector<double> v(30'000);
  for (std::size_t i = 0; i < v.size(); i += 3) {
    v[i] = 1e16;
    v[i + 1] = 1.0;
    v[i + 2] = -1e16;
  }
  REQUIRE(filch::parallel_sum(pool, v) == 10'000.0);
  REQUIRE(filch::parallel_sum(pool, std::vector<float>(10'000'000, 0.1F)) == Approx(1'000'000.0F).epsilon(1e-7));
  const double infinity = std::numeric_limits<double>::infinity();
  REQUIRE(filch::parallel_sum(pool, std::vector<double>{1.0, infinity, 2.0}) == infinity);
  REQUIRE(std::isnan(filch::parallel_sum(pool, std::vector<double>{-infinity, infinity})));
}

TEST_CASE("a reduction nests, and finds the pool of its worker") {
  filch::thread_pool pool(2);
  const int sum = filch::parallel_transform_reduce(pool, 0, 50, 0, std::plus<>(), [&](int i) {
    return filch::this_worker::pool() == &pool
               ? filch::parallel_transform_reduce(0, i, 0, std::plus<>(), [](int k) { return slow(k); })
               : 1'000'000;
  });
  int expected = 0;
  for (int i = 0; i < 50; ++i) {
    expected += i * (i - 1) / 2;
  }
  REQUIRE(sum == expected);
}
