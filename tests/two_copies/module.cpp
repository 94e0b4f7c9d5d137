// SPDX-License-Identifier: BSL-1.0
// A module with a static copy of filch of its own, built as module a and as module b without optimisation.
#include <filch/filch.hpp>

#include <atomic>
#include <functional>

#define FILCH_JOIN(a, b) a##b
#define FILCH_NAME(module, name) FILCH_JOIN(module, name)
#define NAMED(name) FILCH_NAME(MODULE, name)

extern "C" void* NAMED(_default_pool)() { return &filch::default_pool(); }

// With types that the other module has too.
extern "C" long NAMED(_sum)(long n) {
  std::atomic<long> sum{0};
  const std::function<void(long, long)> add = [&](long lo, long hi) {
    for (; lo < hi; ++lo) {
      sum.fetch_add(lo);
    }
  };
  filch::parallel_for_blocks(0L, n, add);
  const std::function<long()> one = [] { return 1L; };
  const std::function<void()> count = [&] { sum.fetch_add(1); };
  for (int i = 0; i < 20; ++i) {
    sum.fetch_add(filch::default_pool().spawn(one).join());
    const auto [left, right] = filch::fork_join(one, one);
    sum.fetch_add(left + right);
    filch::scope([&](filch::task_group& group) {
      group.run(count);
      group.run(count);
    });
    filch::default_pool().execute(count);
  }
  if (filch::this_worker::pool() != &filch::default_pool()) {
    filch::default_pool().wait_idle();
  }
  return sum.load();
}

extern "C" void NAMED(_execute_in)(filch::thread_pool& pool) {
  pool.execute([] {});
}
