// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_invoke.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <variant>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

TEST_CASE("results come in the order of the functions") {
  int n = 0;
  const auto r = filch::parallel_invoke([] { return 1; }, [] {}, [&]() -> int& { return n; },
                                        [] { return std::make_unique<int>(4); }, [] { return 5.0; });
  static_assert(std::is_same_v<decltype(r), const std::tuple<int, std::monostate, int&, std::unique_ptr<int>, double>>);
  REQUIRE(std::get<0>(r) == 1);
  REQUIRE(&std::get<2>(r) == &n);
  REQUIRE(*std::get<3>(r) == 4);
  REQUIRE(std::get<4>(r) == 5.0);
}

TEST_CASE("one function alone, and all void") {
  REQUIRE(std::get<0>(filch::parallel_invoke([] { return 6; })) == 6);
  static_assert(std::is_void_v<decltype(filch::parallel_invoke([] {}, [] {}))>);
  std::atomic<int> ran{0};
  const auto add = [&] { ran.fetch_add(1); };
  filch::parallel_invoke(add, add, add, add, add, add, add);
  REQUIRE(ran.load() == 7);
}

TEST_CASE("parallel_invoke in a named pool: from outside, on its own worker and on another pool's worker") {
  filch::thread_pool pool(2);
  filch::thread_pool other(1);
  const auto in_pool = [&pool] { return filch::this_worker::pool() == &pool; };
  const auto check = [&] {
    return filch::parallel_invoke(pool, in_pool, in_pool, [] {}) == std::tuple(true, true, std::monostate());
  };
  REQUIRE(check());
  REQUIRE(filch_test::on_worker(pool, check));
  REQUIRE(filch_test::on_worker(other, check));
  static_assert(std::is_void_v<decltype(filch::parallel_invoke(pool, [] {}, [] {}))>);
}

TEST_CASE("inside a pool it stays there, and all run though one throws") {
  filch::thread_pool pool(2);
  std::atomic<int> inside{0};
  const auto check = [&] { inside.fetch_add(filch::this_worker::pool() == &pool ? 1 : 0); };
  REQUIRE_THROWS_AS(
      pool.invoke([&] { filch::parallel_invoke(check, check, [] { throw std::runtime_error("x"); }, check); }),
      std::runtime_error);
  REQUIRE(inside.load() == 3);
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
}
