// SPDX-License-Identifier: BSL-1.0
// The k-th thread start fails, for all k. Limits of the system do not bind root, so pthread_create is interposed.
#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>
#include <thread>

#include <dlfcn.h>
#include <pthread.h>

#include <filch/filch.hpp>

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
  REQUIRE(ec.message().find("filch: cannot start a worker thread: ") == 0);
  starts_left.store(-1);
  const auto pool = filch::thread_pool::build(filch::pool_options{.threads = 3}, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(pool->spawn([] { return 1; }).join() == 1);
}

TEST_CASE("what hooks submit to a pool that cannot be made is run before the constructor throws") {
  std::atomic<int> ran{0};
  starts_left.store(2);
  REQUIRE_THROWS_AS(filch::thread_pool(filch::pool_options{
                        .threads = 3,
                        .on_thread_start =
                            [&](std::size_t) {
                              filch::thread_pool& pool = *filch::this_worker::pool();
                              pool.execute([&] { ran.fetch_add(1); });
                              pool.spawn([&] { ran.fetch_add(1); }).join();
                            }}),
                    std::system_error);
  starts_left.store(-1);
  REQUIRE(ran.load() == 4);
}

TEST_CASE("hooks of a default pool that cannot be made are told so, and the next use makes one") {
  static std::atomic<int> told{0};
  static std::atomic<int> complete{0};
  filch::set_default_pool_options({.threads = 3, .on_thread_start = [](std::size_t) {
                                     try {
                                       complete.fetch_add(filch::default_pool().thread_count() == 3 ? 1 : 0);
                                     } catch (const std::system_error& e) {
                                       told.fetch_add(e.code() == std::errc::resource_unavailable_try_again ? 1 : 0);
                                     }
                                   }});
  starts_left.store(2);
  REQUIRE_THROWS_AS(filch::default_pool(), std::system_error);
  REQUIRE(told.load() == 2);
  starts_left.store(-1);
  REQUIRE(filch::default_pool().spawn([] { return 1; }).join() == 1);
  REQUIRE_THROWS_AS(filch::set_default_pool_options({}), filch::usage_error);
  while (complete.load() != 3) {
    std::this_thread::yield();
  }
  REQUIRE(told.load() == 2);
}

namespace {

// A task of `pool` waits for another one that runs; calls `meanwhile` while it is parked.
template <class Meanwhile>
void park_in_a_wait(filch::thread_pool& pool, Meanwhile meanwhile) {
  std::atomic<bool> started{false};
  std::atomic<bool> end{false};
  auto awaited = pool.spawn([&] {
    started = true;
    while (!end) {
      std::this_thread::yield();
    }
  });
  while (!started) {  // or its waiter would run it
    std::this_thread::yield();
  }
  const auto parked = pool.metrics().waits_parked;
  auto waiter = pool.spawn([&] { awaited.wait(); });
  while (!waiter.is_finished() && pool.metrics().waits_parked == parked) {
    std::this_thread::yield();
  }
  meanwhile(waiter);
  end = true;
  waiter.join();
}

}  // namespace

TEST_CASE("when a spare cannot start, the pool goes on without") {
  filch::thread_pool pool(filch::pool_options{.threads = 2});
  starts_left.store(0);
  for (int i = 0; i < 3; ++i) {
    park_in_a_wait(pool, [](const auto&) {});
  }
  REQUIRE(pool.metrics().spares == 0);
  starts_left.store(-1);
  REQUIRE(pool.shutdown().joined);
}

TEST_CASE("a spare that was refused starts as soon as the system allows it, in the same wait") {
  filch::thread_pool pool(filch::pool_options{.threads = 2});
  for (int i = 0; i < 3; ++i) {
    starts_left.store(0);
    park_in_a_wait(pool, [&pool](const auto& waiter) {
      starts_left.store(-1);
      while (!waiter.is_finished() && pool.metrics().spares == 0) {
        std::this_thread::yield();
      }
    });
  }
  REQUIRE(pool.metrics().spares == 1);
  REQUIRE(pool.shutdown().joined);
}

TEST_CASE("a spare that was refused to a blocking_region is asked for again by the next task that blocks") {
  std::atomic<bool> blocked{false};
  std::atomic<bool> ran{false};
  filch::thread_pool pool(filch::pool_options{.threads = 2});
  pool.execute([&] {
    starts_left.store(0);
    const filch::blocking_region others_run;
    starts_left.store(-1);
    blocked = true;
    while (!ran) {
      std::this_thread::yield();
    }
  });
  pool.execute([&] {
    while (!blocked) {
      std::this_thread::yield();
    }
    pool.execute([&] { ran = true; });  // nobody else is there to run it
    while (!ran) {
      filch::blocking([] { std::this_thread::yield(); });
    }
  });
  pool.wait_idle();
  REQUIRE(pool.metrics().spares >= 1);
}

TEST_CASE("thread k of all that a program starts is refused: it ends, and nothing is lost") {
  constexpr int most_starts = 12;
  for (int k = 0; k < most_starts; ++k) {
    starts_left.store(k);
    std::atomic<int> ran{0};
    int accepted = 0;
    try {
      filch::thread_pool pool(filch::pool_options{.threads = 2, .max_spares = 4});
      filch::thread_pool other(filch::pool_options{.threads = 1, .max_spares = 4});
      const auto count = [&ran] { ran.fetch_add(1); };
      pool.execute(count);
      pool.invoke(count);
      const bool joined = pool.spawn([&] {
                                // Waits of all kinds, which want spares.
                                other.spawn([&] { pool.spawn(count).join(); }).join();
                                filch::task_group group(pool);
                                for (int i = 0; i < 4; ++i) {
                                  group.run(count);
                                }
                                group.wait();
                                filch::fork_join(count, [&] { filch::fork_join(count, count); });
                                filch::parallel_for(0, 8, [&](int) { count(); }, filch::grain{1});
                                return true;
                              }).join();
      pool.wait_idle();
      REQUIRE(joined);
      accepted = 2 + 1 + 4 + 3 + 8;
      REQUIRE(other.shutdown().joined);
      REQUIRE(pool.shutdown_for(std::chrono::hours(1)).joined);
    } catch (const std::system_error& e) {
      REQUIRE(e.code() == std::errc::resource_unavailable_try_again);
      REQUIRE(k < 3);
    }
    starts_left.store(-1);
    REQUIRE(ran.load() == accepted);
  }
}
