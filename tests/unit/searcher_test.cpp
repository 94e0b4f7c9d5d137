// SPDX-License-Identifier: BSL-1.0
// Workers that search for work: what they delay.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"

#if defined(__linux__)
#include <array>
#include <csignal>
#include <pthread.h>
#endif

using namespace std::chrono_literals;

TEST_CASE("wait_idle and the destructor do not wait for an idle spin of an hour") {
  for (int i = 0; i < 20; ++i) {
    filch::thread_pool pool({.threads = 2, .idle = {.spin = 1h}});
    std::atomic<bool> ran{false};
    pool.execute([&] { ran = true; });
    while (!ran) {
      std::this_thread::yield();
    }
    pool.wait_idle();
  }
}

#if defined(__linux__)
namespace {

std::atomic<bool> is_stopped{false};
std::atomic<bool> goes_on{false};

extern "C" void stop_here(int) {
  is_stopped = true;
  while (!goes_on) {
    const timespec moment{.tv_sec = 0, .tv_nsec = 1'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

}  // namespace

TEST_CASE("a worker that is stopped in its search delays few tasks") {
  std::signal(SIGUSR1, stop_here);
  std::array<std::atomic<pthread_t>, 3> threads{};
  filch::thread_pool pool({.threads = 3, .idle = {.spin = 1h}, .on_thread_start = [&](std::size_t i) {
                             if (i < threads.size()) {
                               threads.at(i) = ::pthread_self();
                             }
                           }});
  // Each worker ends a task first, and has its cache of blocks then. To get one takes a lock, which a stopped thread
  // would keep.
  std::atomic<std::size_t> started{0};
  for (std::size_t i = 0; i < threads.size(); ++i) {
    pool.execute([&] {
      ++started;
      while (started < threads.size()) {
        std::this_thread::yield();
      }
    });
  }
  pool.wait_idle();
  std::atomic<std::size_t> searcher{threads.size()};
  pool.execute([&] { searcher = *filch::this_worker::index(); });
  while (searcher == threads.size()) {
    std::this_thread::yield();
  }
  // It may have ended its task or not; from here on it gets no further.
  ::pthread_kill(threads.at(searcher), SIGUSR1);
  while (!is_stopped) {
    std::this_thread::yield();
  }
  constexpr int tasks = 1000;
  constexpr int patience = 32;
  std::atomic<int> ran{0};
  for (int i = 0; i < tasks; ++i) {
    pool.execute([&] { ran.fetch_add(1); });
  }
  while (ran < tasks - patience) {  // for ever, if it delayed more
    std::this_thread::yield();
  }
  goes_on = true;
  pool.wait_idle();
  REQUIRE(ran == tasks);
}
#endif
