// SPDX-License-Identifier: BSL-1.0
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "src/os/thread_setup.hpp"
#include "src/os/topology.hpp"
#include "src/worker/guest_cpu.hpp"
#include "support/catch.hpp"

using filch::detail::allowed_cpus;
using filch::detail::current_cpu;

namespace {

/// Two workers of which each is in a task of its own.
class busy_workers {
 public:
  explicit busy_workers(filch::thread_pool& pool) : pool_(pool) {
    for (int i = 0; i < 2; ++i) {
      pool.execute([this] {
        busy_.fetch_add(1);
        const auto cpu = static_cast<std::size_t>(current_cpu());
        while (!ends_.at(cpu)) {
          std::this_thread::yield();
        }
      });
    }
    while (busy_ != 2) {
      std::this_thread::yield();
    }
  }
  busy_workers(const busy_workers&) = delete;
  busy_workers& operator=(const busy_workers&) = delete;

  void end_task_on(int cpu) { ends_.at(static_cast<std::size_t>(cpu)) = true; }
  void put_to_sleep(int cpu) {
    const std::uint64_t parks = pool_.metrics().parks;
    end_task_on(cpu);
    while (pool_.metrics().parks == parks) {
      std::this_thread::yield();
    }
  }

 private:
  filch::thread_pool& pool_;
  std::atomic<int> busy_{0};
  std::array<std::atomic<bool>, 1024> ends_{};  // by CPU
};

/// Both workers sleep in the end, and the one on `second` went to sleep last.
void put_to_sleep_in_order(filch::thread_pool& pool, int first, int second) {
  busy_workers workers(pool);
  workers.put_to_sleep(first);
  workers.put_to_sleep(second);
  pool.wait_idle();
}

/// Runs `f` in a thread of its own that is bound to `cpu`.
template <class F>
void run_on(int cpu, F f) {
  std::thread([&] {
    filch::detail::bind_this_thread(std::span(&cpu, 1));
    f();
  }).join();
}

/// Forks in a guest on `cpu`, which goes on when the fork was stolen. Returns: on which CPU it was run.
template <class Then>
int cpu_of_thief(filch::thread_pool& pool, int cpu, Then then) {
  int thief = -1;
  run_on(cpu, [&] {
    std::atomic<bool> stolen{false};
    pool.invoke([&] {
      filch::fork_join(
          [&] {
            then();
            while (!stolen) {
              std::this_thread::yield();
            }
          },
          [&] {
            thief = current_cpu();
            stolen = true;
          });
    });
  });
  return thief;
}

/// A pool of two bound workers, and each of their CPUs in turn; nothing where there is only one CPU.
template <class Try>
void on_each_of_two_cpus(Try attempt) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) {
    std::puts("SKIPPED: with one CPU there is nothing to choose from");  // ctest shows it as skipped
    return;
  }
  filch::thread_pool pool({.threads = 2, .affinity = filch::affinity::compact});
  for (std::size_t round = 0; round < 20; ++round) {
    attempt(pool, cpus[round % 2], cpus[(round + 1) % 2]);
    pool.wait_idle();
  }
}

}  // namespace

#if defined(__linux__)
TEST_CASE("a guest's fork is not left to the worker with which it shares a CPU") {
  on_each_of_two_cpus([](filch::thread_pool& pool, int shared, int other) {
    put_to_sleep_in_order(pool, other, shared);
    REQUIRE(cpu_of_thief(pool, shared, [] {}) != shared);
  });
}

TEST_CASE("a task is not given to the worker that needs the submitter's CPU") {
  on_each_of_two_cpus([](filch::thread_pool& pool, int shared, int other) {
    put_to_sleep_in_order(pool, other, shared);
    std::atomic<int> cpu{filch::detail::guest_cpu::none};
    run_on(shared, [&] {
      pool.execute([&] { cpu = current_cpu(); });
      while (cpu == filch::detail::guest_cpu::none) {  // goes on meanwhile
      }
    });
    REQUIRE(cpu != shared);
  });
}

TEST_CASE("a worker that runs dry on a guest's CPU is replaced") {
  on_each_of_two_cpus([](filch::thread_pool& pool, int shared, int other) {
    busy_workers workers(pool);
    workers.put_to_sleep(other);
    REQUIRE(cpu_of_thief(pool, shared, [&] { workers.end_task_on(shared); }) != shared);
    pool.wait_idle();
  });
}
#endif
