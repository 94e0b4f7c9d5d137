// SPDX-License-Identifier: BSL-1.0
// The k-th thread start fails, for all k. Limits of the system do not bind root, so pthread_create is interposed.
#include <atomic>
#include <cerrno>
#include <memory>
#include <system_error>
#include <thread>

#include <dlfcn.h>
#include <pthread.h>

#include <filch/thread_pool.hpp>

#include "support/catch.hpp"

namespace {

std::atomic<int> starts_left{-1};  // negative: no limit

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*),
                              void* argument) noexcept {
  using function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "pthread_create"));
  const int left = starts_left.load();
  if (left == 0) {
    return EAGAIN;
  }
  if (left > 0) {
    starts_left.store(left - 1);
  }
  return real(thread, attributes, body, argument);
}

TEST_CASE("when thread k cannot start, the constructor throws and those before it were joined") {
  constexpr int threads = 6;
  for (int k = 0; k < threads; ++k) {
    std::atomic<int> started{0};
    std::atomic<int> stopped{0};
    const auto token = std::make_shared<int>(0);
    starts_left.store(k);
    bool refused = false;
    try {
      const filch::thread_pool pool(
          filch::pool_options{.threads = threads,
                              .on_thread_start = [&, token](std::size_t) { started.fetch_add(1); },
                              .on_thread_stop = [&, token](std::size_t) { stopped.fetch_add(1); }});
    } catch (const std::system_error& e) {
      refused = e.code() == std::errc::resource_unavailable_try_again;
    }
    starts_left.store(-1);
    REQUIRE(refused);
    REQUIRE(started.load() == k);
    REQUIRE(stopped.load() == k);
    REQUIRE(token.use_count() == 1);
  }
}

TEST_CASE("build says why, and the next attempt succeeds") {
  starts_left.store(1);
  std::error_code ec;
  REQUIRE(filch::thread_pool::build(filch::pool_options{.threads = 3}, ec) == nullptr);
  REQUIRE(ec == std::errc::resource_unavailable_try_again);
  starts_left.store(-1);
  const auto pool = filch::thread_pool::build(filch::pool_options{.threads = 3}, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(pool->spawn([] { return 1; }).join() == 1);
}

TEST_CASE("when a spare cannot start, the pool goes on without") {
  filch::thread_pool pool(filch::pool_options{.threads = 2});
  starts_left.store(0);
  for (int i = 0; i < 3; ++i) {
    std::atomic<bool> end{false};
    auto awaited = pool.spawn([&] {
      while (!end) {
        std::this_thread::yield();
      }
    });
    const auto parked = pool.metrics().waits_parked;
    auto waiter = pool.spawn([&] { awaited.wait(); });
    while (!waiter.is_finished() && pool.metrics().waits_parked == parked) {
      std::this_thread::yield();
    }
    end = true;
    waiter.join();
  }
  starts_left.store(-1);
  REQUIRE(pool.metrics().spares == 0);
  REQUIRE(pool.shutdown().joined);
}
