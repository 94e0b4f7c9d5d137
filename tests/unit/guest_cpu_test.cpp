// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "src/thread_setup.hpp"
#include "src/topology.hpp"
#include "support/catch.hpp"

using filch::detail::allowed_cpus;
using filch::detail::current_cpu;

namespace {

void wait_for_parks(const filch::thread_pool& pool, std::uint64_t parks) {
  while (pool.metrics().parks < parks) {
    std::this_thread::yield();
  }
}

/// Of a pool with two workers, the one on `cpu` goes to sleep last.
void put_to_sleep_last(filch::thread_pool& pool, int cpu) {
  std::atomic<int> busy{0};
  std::array<std::atomic<bool>, 2> go_on{};  // the one on `cpu` last
  for (int i = 0; i < 2; ++i) {
    pool.execute([&] {
      busy.fetch_add(1);
      while (!go_on[current_cpu() == cpu ? 1 : 0]) {
        std::this_thread::yield();
      }
    });
  }
  while (busy != 2) {
    std::this_thread::yield();
  }
  const std::uint64_t parks = pool.metrics().parks;
  go_on[0] = true;
  wait_for_parks(pool, parks + 1);
  go_on[1] = true;
  wait_for_parks(pool, parks + 2);
  pool.wait_idle();  // so that what the tasks did happens before what follows
}

}  // namespace

#if defined(__linux__)
TEST_CASE("a guest's fork is not left to the worker with which it shares a CPU") {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) {
    return;  // nothing to choose from
  }
  filch::thread_pool pool({.threads = 2, .affinity = filch::affinity::compact});
  for (int round = 0; round < 20; ++round) {
    const int shared = cpus[static_cast<std::size_t>(round) % 2];
    put_to_sleep_last(pool, shared);
    int thief = -1;
    std::thread([&] {
      filch::detail::bind_this_thread(std::span(&shared, 1));
      std::atomic<bool> stolen{false};
      pool.invoke([&] {
        filch::fork_join(
            [&] {
              while (!stolen) {
                std::this_thread::yield();
              }
            },
            [&] {
              thief = current_cpu();
              stolen = true;
            });
      });
    }).join();
    REQUIRE(thief != shared);
    pool.wait_idle();
  }
}
#endif
