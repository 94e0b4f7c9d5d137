// SPDX-License-Identifier: BSL-1.0
// In the order in which they stand here: the last one closes a sandbox around the process.
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

#include "src/worker/worker.hpp"
#include "support/catch.hpp"
#include "support/refuse.hpp"

using filch::detail::native_policy;
using namespace std::chrono_literals;

namespace {

void wait_for(const std::atomic<bool>& flag) {
  while (!flag.load(std::memory_order_acquire)) {
    std::this_thread::yield();
  }
}

// Each first side ends only when the other worker has run the second one.
bool forks_are_stolen(filch::thread_pool& pool) {
  return pool.spawn([] {
                std::atomic<bool> outer{false};
                std::atomic<bool> inner{false};
                filch::fork_join(
                    [&] {
                      wait_for(outer);
                      filch::fork_join([&] { wait_for(inner); }, [&] { inner.store(true, std::memory_order_release); });
                    },
                    [&] { outer.store(true, std::memory_order_release); });
                return true;
              }).join();
}

bool tasks_are_stolen(filch::thread_pool& pool) {
  return pool.spawn([&pool] {
                for (int i = 0; i < 3; ++i) {
                  std::atomic<bool> ran{false};
                  pool.execute([&ran] { ran.store(true, std::memory_order_release); });
                  wait_for(ran);
                }
                return true;
              }).join();
}

bool group_ends_elsewhere(filch::thread_pool& pool) {
  return pool.spawn([&pool] {
                filch::task_group group(pool);
                std::atomic<int> ran{0};
                for (int i = 0; i < 10; ++i) {
                  group.run([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
                }
                pool.spawn([&group] { group.wait(); }).join();
                return ran.load(std::memory_order_relaxed) == 10;
              }).join();
}

void check_all(filch::thread_pool& pool) {
  REQUIRE(forks_are_stolen(pool));
  REQUIRE(tasks_are_stolen(pool));
  REQUIRE(group_ends_elsewhere(pool));
}

}  // namespace

TEST_CASE("a barrier is passed where the system says that it has some, and only there") {
  const bool has_some = native_policy::has_heavy_barrier();  // before: a refused one is passed too, slowly
  REQUIRE(native_policy::heavy_barrier() == has_some);
}

TEST_CASE("forks, tasks and groups of a worker go to another one") {
  filch::thread_pool pool(2);
  check_all(pool);
}

#if defined(__linux__)
TEST_CASE("a system that begins to refuse barriers costs speed only") {
  filch::thread_pool before(2);
  check_all(before);
  const bool passed_before = native_policy::heavy_barrier();
  if (!filch_test::refuse_system_call(SYS_membarrier, ENOSYS)) {
    WARN("the system lets nobody refuse system calls");
    return;
  }
  check_all(before);
  REQUIRE(native_policy::heavy_barrier() == passed_before);
  REQUIRE_FALSE(native_policy::has_heavy_barrier());
  check_all(before);
  filch::thread_pool after(2);
  check_all(after);
  before.trim();
  const auto parks = before.metrics().parks;
  before.wait_idle();
  std::this_thread::sleep_for(50ms);
  REQUIRE(before.metrics().parks - parks < 100);
}
#endif
