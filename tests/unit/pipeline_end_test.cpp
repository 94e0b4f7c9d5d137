// SPDX-License-Identifier: BSL-1.0
// How pipelines end: without values, by an exception, by a stop.
#include <filch/pipeline.hpp>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>

#include <filch/filch.hpp>

#include "support/calls_after.hpp"
#include "support/catch.hpp"

using filch::parallel;
using filch::parallel_pipeline;
using filch::serial;
using filch::serial_in_order;
using filch::stage;

namespace {

void work(int n) {
  [[maybe_unused]] volatile int sink = 0;
  for (int i = 0; i < n; ++i) {
    sink = i;
  }
}

/// Counts those that exist.
struct counted {
  explicit counted(int v) : value(v) { ++alive; }
  counted(counted&& other) noexcept : value(other.value) { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  counted& operator=(counted&&) = delete;
  ~counted() { --alive; }
  int value;
  static inline std::atomic<int> alive{0};
};

}  // namespace

TEST_CASE("a pipeline without values calls no other stage, and one with 0 tokens is refused") {
  filch::thread_pool pool(2);
  int calls = 0;
  parallel_pipeline(pool, 4, stage{serial, []() -> std::optional<int> { return {}; }},
                    stage{serial, [&](int) { ++calls; }});
  REQUIRE(calls == 0);
  const auto refused = [&] {
    parallel_pipeline(pool, 0, stage{serial, [&] { return ++calls, std::optional(1); }}, stage{serial, [](int) {}});
  };
  REQUIRE_THROWS_AS(refused(), filch::usage_error);
  REQUIRE(calls == 0);
}

TEST_CASE("an exception of any stage ends the pipeline, and what is on its way is destroyed") {
  filch::thread_pool pool(2);
  for (int where = 0; where < 4; ++where) {
    for (const int when : {0, 1, 10, 99}) {
      filch_test::calls_after_a_throw after;
      const auto at = [&](int stage_number, int value) {
        if (stage_number == where && value == when) {
          after.about_to_throw();
          throw std::runtime_error(std::to_string(value));
        }
        after.called();
      };
      int made = 0;
      const auto run = [&] {
        parallel_pipeline(pool, 5,
                          stage{serial_in_order,
                                [&]() -> std::optional<counted> {
                                  if (made == 5000) {
                                    return std::nullopt;
                                  }
                                  at(0, made);
                                  return std::optional<counted>(std::in_place, made++);
                                }},
                          stage{parallel,
                                [&](counted c) {
                                  at(1, c.value);
                                  work(100);
                                  return c;
                                }},
                          stage{serial_in_order,
                                [&](counted c) {
                                  at(2, c.value);
                                  return c;
                                }},
                          stage{serial, [&](const counted& c) { at(3, c.value); }});
      };
      INFO("stage " << where << ", value " << when);
      REQUIRE_THROWS_WITH(run(), std::to_string(when));
      REQUIRE(counted::alive == 0);
      REQUIRE(after.count() <= 8);  // those that had been about to be called
      REQUIRE(made <= when + 1 + 5 + 8);
    }
  }
}

TEST_CASE("a stop ends a pipeline after the values that are on their way") {
  filch::thread_pool pool(2);
  std::stop_source stop;
  int made = 0;
  int ended = 0;
  parallel_pipeline(pool, 4,
                    stage{serial_in_order,
                          [&] {
                            if (made == 20) {
                              stop.request_stop();
                            }
                            return std::optional(made++);
                          }},
                    stage{parallel, [](int n) { return n; }}, stage{serial_in_order, [&](int) { ++ended; }},
                    stop.get_token());
  REQUIRE(made == 21);
  REQUIRE(ended == 21);
  parallel_pipeline(pool, 4, stage{serial, [&] { return std::optional(made++); }}, stage{serial, [](int) {}},
                    stop.get_token());
  REQUIRE(made == 21);
}
