// SPDX-License-Identifier: BSL-1.0
// The public names of the version before still compile, and do what the new ones do (docs/adr/0012).
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#include "support/catch.hpp"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

TEST_CASE("max_index is index_limit, and set_idle is set_idle_policy") {
  filch::thread_pool pool(2);
  REQUIRE(filch::this_worker::max_index(pool) == filch::this_worker::index_limit(pool));
  pool.set_idle(filch::idle_policy::frugal());
  REQUIRE(pool.spawn([] { return 3; }).join() == 3);
}
