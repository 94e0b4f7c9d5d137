// SPDX-License-Identifier: BSL-1.0
// When a loop is shared, and how it ends before its last element.
#include <filch/parallel_for.hpp>

#include <atomic>
#include <chrono>
#include <exception>
#include <latch>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <filch/filch.hpp>

#include "support/calls_after.hpp"
#include "support/catch.hpp"
#include "support/resident.hpp"

using namespace std::chrono_literals;

TEST_CASE("a loop ends within one block of each thread when one throws, and the exception is thrown") {
  filch::thread_pool pool(2);
  for (const filch::grain g : {filch::grain{}, filch::grain{1}}) {
    filch_test::calls_after_a_throw after;
    const auto body = [&](int i) {
      if (i == 10) {
        after.about_to_throw();
        throw std::runtime_error("ten");
      }
      after.called();
      std::this_thread::sleep_for(1ms);  // so that a block is one element
    };
    REQUIRE_THROWS_WITH(filch::parallel_for(pool, 0, 5000, body, g), "ten");
    REQUIRE(after.count() <= 4);  // the caller, two workers, and what one of them was about to begin
  }
}

TEST_CASE("few small elements are left to the thread that runs the loop") {
  filch::thread_pool pool(2);
  // Thefts in 2,000 loops over four small elements. With a grain a loop takes part in no guesses about its time.
  const auto thefts = [&pool](auto... options) {
    const auto before = pool.metrics().forks_stolen;
    for (int round = 0; round < 2000; ++round) {
      filch::parallel_for(
          pool, 0, 4, [](int) {}, options...);
    }
    return pool.metrics().forks_stolen - before;
  };
  const auto with_grain = thefts(filch::grain{1});
  const auto without = thefts();
  INFO(with_grain << " thefts with a grain, " << without << " without");
  if (filch_test::memory_tells) {  // with a sanitizer the elements are not small
    REQUIRE(without <= with_grain / 2 + 100);
  }
}

TEST_CASE("of several exceptions of a loop one is thrown, and the others reach the hook") {
  std::atomic<int> hooked{0};
  filch::thread_pool pool(
      filch::pool_options{.threads = 2, .on_unhandled_exception = [&](std::exception_ptr) { hooked.fetch_add(1); }});
  for (int round = 0; round < 200; ++round) {
    hooked = 0;
    std::atomic<int> calls{0};
    REQUIRE_THROWS_AS(filch::parallel_for(
                          pool, 0, 64,
                          [&](int) {
                            calls.fetch_add(1);
                            throw std::runtime_error("each");
                          },
                          filch::grain{1}),
                      std::runtime_error);
    REQUIRE(hooked.load() == calls.load() - 1);
  }
}

TEST_CASE("a loop that is asked to stop ends within one block of each thread, and returns") {
  filch::thread_pool pool(2);
  for (const filch::grain g : {filch::grain{}, filch::grain{1}}) {
    std::stop_source stop;
    std::atomic<int> after{0};
    filch::parallel_for(
        pool, 0, 5000,
        [&](int i) {
          after.fetch_add(stop.stop_requested() ? 1 : 0);
          if (i == 10) {
            stop.request_stop();
          }
          std::this_thread::sleep_for(1ms);
        },
        stop.get_token(), g);
    REQUIRE(after.load() <= 4);
  }
  std::stop_source stopped;
  stopped.request_stop();
  int calls = 0;
  filch::parallel_for_blocks(
      pool, 0, 100, [&](int, int) { ++calls; }, filch::grain{1}, stopped.get_token());
  filch::parallel_for(
      pool, 0, 100, [&](int) { ++calls; }, stopped.get_token());
  REQUIRE(calls == 0);
}

TEST_CASE("a short loop runs on its caller alone and wakes nobody") {
  filch::thread_pool pool(2);
  const auto before = pool.metrics();
  const auto caller = std::this_thread::get_id();
  std::atomic<int> elsewhere{0};
  for (int round = 0; round < 1000; ++round) {
    filch::parallel_for(pool, 0, 20, [&](int) {
      if (std::this_thread::get_id() != caller) {
        elsewhere.fetch_add(1);
      }
    });
  }
  REQUIRE(elsewhere.load() < 2000);  // of 20,000: the clock of a loaded machine may take a loop for a long one
  REQUIRE(pool.metrics().wakes - before.wakes < 100);
}

TEST_CASE("few elements are shared at once, because they may be large") {
  filch::thread_pool pool(2);
  // Both wait for each other: if one ran before the other can be stolen, the loop would never end.
  std::latch both(2);
  filch::parallel_for(pool, 0, 2, [&](int) { both.arrive_and_wait(); });
  std::latch both_values(2);
  const auto value = [&](int i) {
    both_values.arrive_and_wait();
    return i;
  };
  REQUIRE(filch::parallel_transform_reduce(
              pool, 0, 2, 0, [](int a, int b) { return a + b; }, value) == 1);
}

TEST_CASE("what is left of a loop can be stolen while one element takes long") {
  filch::thread_pool pool(2);
  for (const int first : {5000, 9000}) {
    std::atomic<int> there{0};
    std::atomic<int> seen{0};
    // Two elements that end only together: if both were left to one thread, the loop would never end.
    filch::parallel_for(pool, 0, 10'000, [&](int i) {
      seen.fetch_add(1);
      if (i == first || i == first + 700) {
        there.fetch_add(1);
        while (there.load() != 2) {
          std::this_thread::yield();
        }
      }
    });
    REQUIRE(seen.load() == 10'000);
  }
}

TEST_CASE("a reduction ends within one block of each thread when its operation throws") {
  filch::thread_pool pool(2);
  filch_test::calls_after_a_throw after;
  const auto slow = [&](int i) {
    after.called();
    return i;
  };
  const auto add = [&](int, int) -> int {
    after.about_to_throw();
    throw std::runtime_error("add");
  };
  REQUIRE_THROWS_WITH(filch::parallel_transform_reduce(pool, 0, 1000, 0, add, slow, filch::grain{1}), "add");
  REQUIRE(after.count() <= 6);
}
