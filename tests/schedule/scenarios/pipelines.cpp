// SPDX-License-Identifier: BSL-1.0
#include <filch/pipeline.hpp>

#include <optional>

#include <filch/thread_pool.hpp>

#include "controlled/primitives.hpp"
#include "scenario.hpp"

namespace {

using filch::stage;
using filch::thread_pool;
using schedule::check;
using schedule::workers;

/// Counts those that exist.
struct counted {
  explicit counted(int v) : value(v) { ++alive; }
  counted(counted&& other) noexcept : value(other.value) { ++alive; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  counted& operator=(counted&&) = delete;
  ~counted() { --alive; }
  int value;
  static inline int alive = 0;
};

auto values_below(int n) {
  return [n, next = 0]() mutable {
    std::optional<counted> value;
    if (next < n) {
      value.emplace(next++);
    }
    return value;
  };
}

/// Others may go on here.
counted pass(counted c) {
  controlled::pause();
  return c;
}

SCENARIO(a_pipeline_takes_all_values_through_in_order) {
  thread_pool pool(workers(1));
  int expected = 0;
  filch::parallel_pipeline(pool, 2, stage{filch::serial_in_order, values_below(4)}, stage{filch::parallel, &pass},
                           stage{filch::serial_in_order, [&](const counted& c) {
                                   check(c.value == expected, "in order");
                                   controlled::pause();
                                   ++expected;
                                 }});
  check(expected == 4 && counted::alive == 0, "all four, and nothing left");
}

SCENARIO(the_first_stage_of_a_pipeline_is_called_by_one_thread_at_a_time) {
  thread_pool pool(workers(1));
  bool inside = false;
  int given = 0;
  int taken = 0;
  filch::parallel_pipeline(pool, 3,
                           stage{filch::serial_in_order,
                                 [&] {
                                   check(!inside, "one at a time");
                                   inside = true;
                                   controlled::pause();
                                   inside = false;
                                   return given < 4 ? std::optional(given++) : std::nullopt;
                                 }},
                           stage{filch::parallel, [](int n) { return controlled::pause(), n; }},
                           stage{filch::serial_in_order, [&](int n) { check(n == taken++, "in order"); }});
  check(taken == 4, "all four");
}

SCENARIO(a_parallel_first_stage_feeds_a_serial_one) {
  thread_pool pool(workers(1));
  int given = 0;
  int taken = 0;
  bool inside = false;
  filch::parallel_pipeline(pool, 3,
                           stage{filch::parallel,
                                 [&]() -> std::optional<int> {
                                   controlled::pause();
                                   return given < 3 ? std::optional(given++) : std::nullopt;
                                 }},
                           stage{filch::serial, [&](int) {
                                   check(!inside, "one at a time");
                                   inside = true;
                                   controlled::pause();
                                   inside = false;
                                   ++taken;
                                 }});
  check(taken == 3, "all three");
}

SCENARIO(an_exception_in_a_pipeline_destroys_what_is_on_its_way) {
  thread_pool pool(workers(1));
  bool caught = false;
  try {
    filch::parallel_pipeline(pool, 3, stage{filch::serial_in_order, values_below(100)},
                             stage{filch::parallel,
                                   [](counted c) {
                                     controlled::pause();
                                     return c.value == 1 ? throw 1 : pass(std::move(c));
                                   }},
                             stage{filch::serial_in_order, [](const counted&) { controlled::pause(); }});
  } catch (int) {
    caught = true;
  }
  check(caught && counted::alive == 0, "the exception, and nothing left");
}

SCENARIO(a_pipeline_of_a_worker_lies_in_another_one) {
  thread_pool pool(workers(2));
  int sum = 0;
  filch::parallel_pipeline(pool, 2, stage{filch::serial, values_below(2)},
                           stage{filch::parallel,
                                 [&](const counted& outer) {
                                   int inner_sum = 0;
                                   filch::parallel_pipeline(2, stage{filch::serial, values_below(2)},
                                                            stage{filch::serial, [&](const counted& inner) {
                                                                    inner_sum += inner.value + 1;
                                                                  }});
                                   return inner_sum + outer.value;
                                 }},
                           stage{filch::serial, [&](int n) { sum += n; }});
  check(sum == 7, "both");
}

}  // namespace
