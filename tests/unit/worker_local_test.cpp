// SPDX-License-Identifier: BSL-1.0
#include <filch/worker_local.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

int add(int a, int b) { return a + b; }

}  // namespace

TEST_CASE("each thread counts in a value of its own, and all of them are combined") {
  for (const std::size_t threads : {1U, 2U, 20U}) {
    filch::thread_pool pool(threads);
    filch::worker_local<int> count(pool);
    filch::parallel_for(
        pool, 0, 10'000, [&](int) { ++count.local(); }, filch::grain{10});
    REQUIRE(count.combine(add) == 10'000);
    int sum = 0;
    count.for_each([&](int n) { sum += n; });
    REQUIRE(sum == 10'000);
  }
}

TEST_CASE("a value is made when a thread asks for it first, as it was said") {
  filch::thread_pool pool(2);
  filch::worker_local<std::string> zero(pool);
  REQUIRE(zero.combine([](std::string a, const std::string& b) { return a + b; }).empty());
  filch::worker_local<std::string> copies(pool, std::string("x"));
  std::atomic<int> made{0};
  filch::worker_local<std::string> results(pool, [&] {
    made.fetch_add(1);
    return std::string("y");
  });
  REQUIRE(made.load() == 0);
  REQUIRE(pool.invoke([&] { return zero.local() + copies.local() + results.local() + results.local(); }) == "xyy");
  REQUIRE(made.load() == 1);
}

TEST_CASE("a thread gets the same value again, and no other thread gets it") {
  filch::thread_pool pool(2);
  filch::worker_local<int> value(pool);
  pool.invoke([&] {
    int* const mine = &value.local();
    REQUIRE(&value.local() == mine);
    std::optional<int*> other;
    filch::fork_join(
        [&] {
          while (!std::atomic_ref(*mine).load()) {
            std::this_thread::yield();
          }
        },
        [&] {
          other = &value.local();
          std::atomic_ref(*mine).store(1);
        });
    REQUIRE(other != mine);
  });
}

TEST_CASE("a value may be of a type that can only be moved") {
  filch::thread_pool pool(2);
  filch::worker_local<std::unique_ptr<int>> value(pool, [] { return std::make_unique<int>(3); });
  pool.invoke([&] { REQUIRE(*value.local() == 3); });
  int seen = 0;
  value.for_each([&](std::unique_ptr<int>& p) { seen += *p; });
  REQUIRE(seen == 3);
}

TEST_CASE("a thread that does not work for the pool has no value") {
  filch::thread_pool pool(1);
  filch::thread_pool other(1);
  filch::worker_local<int> value(pool);
  REQUIRE_THROWS_AS(value.local(), filch::usage_error);
  REQUIRE_THROWS_AS(other.invoke([&] { return value.local(); }), filch::usage_error);
  REQUIRE(pool.invoke([&] { return value.local(); }) == 0);
}

TEST_CASE("an exception while a value is made leaves none") {
  filch::thread_pool pool(1);
  bool fails = true;
  filch::worker_local<int> value(pool, [&] { return fails ? throw std::runtime_error("init") : 5; });
  pool.invoke([&] { REQUIRE_THROWS_AS(value.local(), std::runtime_error); });
  fails = false;
  pool.invoke([&] { REQUIRE(value.local() == 5); });
}

TEST_CASE("guests beyond those with an index have values too") {
  filch::thread_pool pool(1);
  filch::worker_local<int> value(pool);
  constexpr int guests = 80;
  std::atomic<int> inside{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < guests; ++i) {
    threads.emplace_back([&] {
      pool.invoke([&] {
        inside.fetch_add(1);
        while (inside.load() < guests) {
          std::this_thread::yield();
        }
        ++value.local();
        ++value.local();
      });
    });
  }
  for (std::thread& t : threads) {
    t.join();
  }
  REQUIRE(value.combine(add) == 2 * guests);
}

TEST_CASE("a worker_local may outlive its pool") {
  std::optional<filch::thread_pool> pool(std::in_place, 2);
  filch::worker_local<int> value(*pool, 1);
  pool->invoke([&] { ++value.local(); });
  pool.reset();
  REQUIRE(value.combine(add) == 2);
}
