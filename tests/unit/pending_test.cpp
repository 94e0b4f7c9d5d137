// SPDX-License-Identifier: BSL-1.0
// thread_pool::pending.
#include <filch/thread_pool.hpp>

#include <limits>
#include <string>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::blocker;
using filch_test::on_worker;

TEST_CASE("pending counts the outside tasks that are accepted and not begun") {
  filch::thread_pool pool({.threads = 1, .max_pending = 3, .on_full = filch::on_full::reject});
  REQUIRE(pool.pending() == 0);
  {
    blocker b(pool);
    REQUIRE(pool.pending() == 0);  // it has begun
    pool.execute([] {});
    REQUIRE(pool.pending() == 1);
    pool.spawn([] {}).detach();
    pool.execute([] {});
    REQUIRE(pool.pending() == 3);
    REQUIRE(pool.try_execute([] {}) == filch::submit_status::full);
    REQUIRE(pool.pending() == 3);  // what was refused does not count
    b.open();
  }
  pool.wait_idle();
  REQUIRE(pool.pending() == 0);
}

TEST_CASE("pending does not count what tasks submit") {
  filch::thread_pool pool({.threads = 1, .max_pending = 3});
  REQUIRE(on_worker(pool, [&] {
            pool.execute([] {});
            return pool.pending();
          }) == 0);
}

TEST_CASE("a cancelled task is pending until a worker comes upon it; a shutdown leaves none") {
  filch::thread_pool pool({.threads = 1, .max_pending = 3});
  {
    blocker b(pool);
    auto handle = pool.spawn([] {});
    REQUIRE(handle.cancel());
    REQUIRE(pool.pending() == 1);
    b.open();
  }
  pool.wait_idle();
  REQUIRE(pool.pending() == 0);
  {
    blocker b(pool);
    pool.execute([] {});
    REQUIRE(pool.pending() == 1);
    b.open();
    pool.shutdown(filch::shutdown_mode::discard);
  }
  REQUIRE(pool.pending() == 0);
}

TEST_CASE("a pool without max_pending does not count; one whose bound is never reached does") {
  filch::thread_pool pool(1);
  try {
    static_cast<void>(pool.pending());
    FAIL("nothing was thrown");
  } catch (const filch::usage_error& e) {
    REQUIRE(std::string(e.what()).find("max_pending") != std::string::npos);
  }
  filch::thread_pool counting(
      {.threads = 1, .max_pending = (std::numeric_limits<std::size_t>::max)(), .on_full = filch::on_full::reject});
  blocker b(counting);
  for (int i = 0; i < 1000; ++i) {
    counting.execute([] {});
  }
  REQUIRE(counting.pending() == 1000);
  b.open();
}
