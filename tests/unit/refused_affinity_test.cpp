// SPDX-License-Identifier: BSL-1.0
#include <filch/available_parallelism.hpp>
#include <filch/thread_pool.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <thread>

#include "support/catch.hpp"
#include "support/refuse.hpp"

#if defined(__linux__)
TEST_CASE("where the affinity mask is refused a pool has as many workers as the machine has CPUs") {
  if (!filch_test::refuse_system_call(SYS_sched_getaffinity, EPERM)) {
    std::puts("SKIPPED: the system lets nobody refuse system calls");  // ctest shows it as skipped
    return;
  }
  REQUIRE(std::thread::hardware_concurrency() != 0);
  const filch::thread_pool pool;
  REQUIRE(pool.thread_count() == filch::available_parallelism());
  REQUIRE(pool.describe().find(": mask unknown") != std::string::npos);
  REQUIRE(filch::available_parallelism() <= std::thread::hardware_concurrency());
  filch::thread_pool bound(filch::pool_options{.threads = 2, .affinity = filch::affinity::compact});
  REQUIRE(bound.spawn([] { return 1; }).join() == 1);
}
#endif
