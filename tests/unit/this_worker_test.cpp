// SPDX-License-Identifier: BSL-1.0
#include <filch/this_worker.hpp>

#include <filch/thread_pool.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

TEST_CASE("outside there is no index and no pool") {
  REQUIRE_FALSE(filch::this_worker::index());
  REQUIRE(filch::this_worker::pool() == nullptr);
}

TEST_CASE("inside they say which worker of which pool") {
  filch::thread_pool pool(3);
  filch::thread_pool other(1);
  REQUIRE(filch::this_worker::index_limit(pool) >= 3);
  for (int i = 0; i < 100; ++i) {
    REQUIRE(on_worker(pool, [] { return filch::this_worker::index(); }).value() < 3);
    const std::size_t guest = pool.invoke([] { return filch::this_worker::index(); }).value();
    REQUIRE(guest >= 3);
    REQUIRE(guest < filch::this_worker::index_limit(pool));
  }
  REQUIRE(pool.invoke([] { return filch::this_worker::pool(); }) == &pool);
  REQUIRE(pool.invoke([&] { return other.invoke([] { return filch::this_worker::pool(); }); }) == &other);
}
