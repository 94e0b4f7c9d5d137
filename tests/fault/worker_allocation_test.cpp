// SPDX-License-Identifier: BSL-1.0
// Every allocation on the worker threads fails, and so does the k-th on the submitting thread.
#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

std::atomic<bool> fail_on_workers{false};
thread_local bool is_main = false;
thread_local int left = -1;

void* get(std::size_t n, std::size_t alignment) {
  if ((!is_main && fail_on_workers.load()) || left == 0) {
    throw std::bad_alloc();
  }
  left -= left > 0 ? 1 : 0;
  return std::aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
}

}  // namespace

void* operator new(std::size_t n) { return get(n, alignof(std::max_align_t)); }
void* operator new(std::size_t n, std::align_val_t a) { return get(n, static_cast<std::size_t>(a)); }
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

TEST_CASE("workers run, wait and sleep without any memory of their own") {
  is_main = true;
  std::atomic<int> ran{0};
  {
    filch::thread_pool pool(2);
    fail_on_workers = true;
    for (int i = 0; i < 1000; ++i) {
      pool.execute([&] { ran.fetch_add(1); });
    }
    pool.wait_idle();
    for (int i = 0; i < 100; ++i) {
      pool.invoke([&] { filch::fork_join([&] { ran.fetch_add(1); }, [&] { ran.fetch_add(1); }); });
    }
  }
  fail_on_workers = false;
  REQUIRE(ran.load() == 1200);
}

TEST_CASE("a group's run from outside leaves the callable untouched when there is no memory for its proxy") {
  is_main = true;
  struct task {
    std::unique_ptr<int> owned = std::make_unique<int>(1);
    std::array<char, 2000> room{};
    void operator()() const {}
  };
  filch::thread_pool pool(1);
  filch::task_group group(pool);
  int failures = 0;
  bool accepted = false;
  for (int k = 0; k < 20 && !accepted; ++k) {
    task t;
    left = k;
    try {
      group.run(std::move(t));
      accepted = true;
    } catch (const std::bad_alloc&) {
      ++failures;
    }
    left = -1;
    REQUIRE((t.owned != nullptr) == !accepted);
  }
  group.wait();
  REQUIRE(accepted);
  REQUIRE(failures > 0);
}
