// SPDX-License-Identifier: BSL-1.0
#include <filch/metrics.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

TEST_CASE("tasks are counted exactly") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 500; ++i) {
    pool.execute([] {});
  }
  pool.execute([] { throw std::runtime_error("unhandled"); });
  pool.wait_idle();
  const auto m = pool.metrics();
  REQUIRE(m.tasks_started == 501);
  REQUIRE(m.tasks_completed == 501);
  REQUIRE(m.tasks_discarded == 0);
  REQUIRE(m.unhandled_exceptions == 1);
}

TEST_CASE("an idle worker parks, and is woken for a task") {
  filch::thread_pool pool(filch::pool_options{.threads = 1, .idle = filch::idle_policy::frugal()});
  while (pool.metrics().parks == 0) {
    std::this_thread::yield();
  }
  const auto before = pool.metrics();
  pool.execute([] {});
  pool.wait_idle();
  const auto after = pool.metrics();
  REQUIRE(after.wakes > before.wakes);
}

TEST_CASE("a stolen fork is counted once, an own one not") {
  filch::thread_pool one(1);
  on_worker(one, [] { filch::fork_join([] {}, [] {}); });
  REQUIRE(one.metrics().forks_stolen == 0);

  filch::thread_pool two(2);
  on_worker(two, [] {
    std::atomic<bool> stolen{false};
    filch::fork_join(
        [&] {
          while (!stolen.load()) {
            std::this_thread::yield();
          }
        },
        [&] { stolen.store(true); });
  });
  two.wait_idle();
  REQUIRE(two.metrics().forks_stolen == 1);
}
