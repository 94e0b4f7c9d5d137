// SPDX-License-Identifier: BSL-1.0
// What threads that end leave behind, also when their last destructors use the pool.
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "support/catch.hpp"
#include "support/resident.hpp"

using filch_test::memory_tells;
using filch_test::resident_kib;

namespace {

std::atomic<int> waited{0};

void use(filch::thread_pool& pool) {
  int value = 0;
  filch::task_group group(pool);
  group.run([&value] { value += 1; });
  group.wait();
  value += pool.spawn([] { return 2; }).join();
  auto handle = pool.spawn([] { return 4; });
  while (!handle.wait_for(std::chrono::hours(1))) {
  }
  value += handle.join();
  waited += value == 7 ? 1 : 0;
}

/// Its destructor uses the pool. One that is made before the thread first uses filch is destroyed after what filch
/// keeps there.
struct late_user {
  filch::thread_pool* pool = nullptr;
  ~late_user() {
    if (pool != nullptr) {
      use(*pool);
    }
  }
};

thread_local late_user last_words;

// KiB that `threads` threads add, one after the other, of which each runs `body`.
template <class Body>
long growth_kib(int threads, Body body) {
  for (int i = 0; i < threads / 10; ++i) {
    std::thread(body).join();
  }
  const long before = resident_kib();
  for (int i = 0; i < threads; ++i) {
    std::thread(body).join();
  }
  return resident_kib() - before;
}

void require_growth(long kib, long most) {
  std::printf("ended threads, or pools: %ld KiB more\n", kib);
  INFO(kib << " KiB");
  if (memory_tells) {
    REQUIRE(kib <= most);
  }
}

}  // namespace

TEST_CASE("3,000 ended threads that used the pool leave nothing behind") {
  filch::thread_pool pool(2);
  waited = 0;
  const long kib = growth_kib(3000, [&pool] { use(pool); });
  REQUIRE(waited == 3300);
  require_growth(kib, 512);
}

TEST_CASE("3,000 ended threads whose last destructors use the pool leave nothing behind") {
  filch::thread_pool pool(2);
  waited = 0;
  const long kib = growth_kib(3000, [&pool] {
    last_words.pool = &pool;
    use(pool);
  });
  REQUIRE(waited == 6600);
  require_growth(kib, 512);
}

TEST_CASE("3,000 ended threads that use the pool in their last destructors only leave nothing behind") {
  filch::thread_pool pool(2);
  waited = 0;
  const long kib = growth_kib(3000, [&pool] { last_words.pool = &pool; });
  REQUIRE(waited == 3300);
  require_growth(kib, 512);
}

TEST_CASE("1,000 ended pools leave nothing behind") {
  waited = 0;
  long before = 0;
  for (int i = 0; i < 1000; ++i) {
    if (i == 100) {
      before = resident_kib();
    }
    filch::thread_pool pool(2);
    use(pool);
  }
  REQUIRE(waited == 1000);
  require_growth(resident_kib() - before, 512);
}
