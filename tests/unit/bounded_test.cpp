// SPDX-License-Identifier: BSL-1.0
// What long chains and long-lived objects need stays bounded: stack and memory. The figures are printed.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/full_counts.hpp"
#include "support/resident.hpp"

namespace {

/// How far below the first frame that a thread shows the later ones lie.
class stack_probe {
 public:
  stack_probe() { ++generation; }

  void see_frame() {
    thread_local std::uintptr_t first = 0;
    thread_local int seen_in = 0;
    const char here = 0;
    const auto at = reinterpret_cast<std::uintptr_t>(&here);
    if (seen_in != generation) {
      seen_in = generation;
      first = at;
    }
    const std::size_t depth = first > at ? first - at : 0;
    for (std::size_t most = most_.load(); most < depth && !most_.compare_exchange_weak(most, depth);) {
    }
  }

  [[nodiscard]] std::size_t kib() const { return most_.load() / 1024; }

 private:
  inline static std::atomic<int> generation{0};
  std::atomic<std::size_t> most_{0};
};

// A sanitizer's frames are larger.
constexpr std::size_t most_kib = filch_test::memory_tells ? 256 : 2048;

void join_in_a_chain(std::size_t workers, long links) {
  stack_probe stack;
  filch::thread_pool pool(workers);
  const long sum = pool.spawn([&] {
                         auto previous = pool.spawn([] { return 0L; });
                         for (long i = 1; i < links; ++i) {
                           previous = pool.spawn([&stack, before = std::move(previous)]() mutable {
                             stack.see_frame();
                             const long value = before.join() + 1;
                             stack.see_frame();
                             return value;
                           });
                         }
                         return previous.join();
                       }).join();
  std::printf("bounded: a chain of %ld joins, %zu workers: %zu KiB of stack\n", links, workers, stack.kib());
  REQUIRE(sum == links - 1);
  REQUIRE(stack.kib() <= most_kib);
}

struct chain_link {
  filch::thread_pool* pool;
  stack_probe* stack;
  std::atomic<long>* left;
  void operator()() const {
    stack->see_frame();
    if (left->fetch_sub(1) > 1) {
      pool->execute(chain_link{*this});
    }
  }
};

// Each task submits the next to a pool that is full when the first one does.
template <class Start>
void run_in_place_in_a_chain(const char* where, filch::on_full on_full, Start start) {
  const long links = filch_test::count_of(100'000, 1'000'000);
  stack_probe stack;
  std::atomic<long> left{links};
  filch::thread_pool pool({.threads = 1, .max_pending = 1, .on_full = on_full});
  filch_test::blocker busy(pool);
  pool.execute([] {});
  start([&] { pool.execute(chain_link{&pool, &stack, &left}); });
  busy.open();
  pool.wait_idle();
  std::printf("bounded: a chain of %ld tasks, begun in place %s: %zu KiB of stack\n", links, where, stack.kib());
  REQUIRE(left == 0);
  REQUIRE(stack.kib() <= most_kib);
}

}  // namespace

TEST_CASE("a long chain of joins needs little stack") {
  const long links = filch_test::count_of(50'000, 1'000'000);
  join_in_a_chain(1, links);
  join_in_a_chain(2, links);
}

TEST_CASE("a long chain of tasks, begun in place, needs little stack") {
  run_in_place_in_a_chain("by its submitter", filch::on_full::run_in_caller, [](auto submit) { submit(); });
  run_in_place_in_a_chain("by another pool's worker", filch::on_full::block, [](auto submit) {
    filch::thread_pool other(1);
    other.spawn(submit).join();
  });
}

TEST_CASE("a group that outside threads run many tasks in keeps nothing of those that have ended") {
  const long tasks = filch_test::count_of(500'000, 10'000'000);
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  std::atomic<long> ran{0};
  const auto run_many = [&](long from, long to) {
    for (long i = from; i <= to; ++i) {
      group.run([&ran] { ran.fetch_add(1, std::memory_order_relaxed); });
      if (i % 1000 == 0) {
        while (ran.load(std::memory_order_relaxed) != i) {
          std::this_thread::yield();
        }
      }
    }
  };
  run_many(1, 10'000);
  const long before = filch_test::resident_kib();
  run_many(10'001, tasks);
  const long growth = filch_test::resident_kib() - before;
  std::printf("bounded: a group of %ld outside tasks: %ld KiB more\n", tasks, growth);
  group.wait();
  if (filch_test::memory_tells) {
    REQUIRE(growth <= 2048);  // a proxy of 64 bytes for each task would be 31 MiB
  }
}
