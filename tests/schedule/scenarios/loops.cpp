// SPDX-License-Identifier: BSL-1.0
#include <filch/errors.hpp>
#include <filch/parallel_algorithm.hpp>
#include <filch/parallel_for.hpp>
#include <filch/parallel_reduce.hpp>
#include <filch/thread_pool.hpp>

#include <array>
#include <cstddef>
#include <stop_token>
#include <string>

#include "controlled/primitives.hpp"
#include "scenario.hpp"

// Loops that begin on their caller, or are shared at once. Each look at the clock takes 1 us here, so that a few
// elements are worth sharing.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::meeting;
using schedule::workers;

template <std::size_t Size>
class tally {
 public:
  void count(std::size_t i) {
    controlled::pause();  // others may go on here
    ++counts_[i];
  }
  [[nodiscard]] bool each_is(int n) const {
    for (const int c : counts_) {
      if (c != n) {
        return false;
      }
    }
    return true;
  }
  [[nodiscard]] bool none_above(int n) const {
    for (const int c : counts_) {
      if (c > n) {
        return false;
      }
    }
    return true;
  }

 private:
  std::array<int, Size> counts_{};  // one thread runs at a time
};

SCENARIO(a_loop_of_few_elements_beside_a_thief_calls_each_once) {
  thread_pool pool(workers(1));
  tally<3> seen;
  filch::parallel_for(pool, std::size_t{0}, std::size_t{3}, [&](std::size_t i) { seen.count(i); });
  check(seen.each_is(1), "each element once");
}

// A worker that leaves the fork alone for a moment must not sleep beside it: the caller does not run it meanwhile.
SCENARIO(a_held_fork_of_a_loop_is_stolen_at_last) {
  meeting both(2);
  thread_pool pool(workers(2));
  filch::parallel_for(pool, 0, 2, [&](int) { both.arrive_and_wait(); });
}

SCENARIO(a_loop_that_begins_alone_calls_each_element_once) {
  thread_pool pool(workers(1));
  tally<10> seen;
  filch::parallel_for(pool, std::size_t{0}, std::size_t{10}, [&](std::size_t i) { seen.count(i); });
  check(seen.each_is(1), "each element once");
}

SCENARIO(two_loops_in_a_row_do_not_meet) {
  thread_pool pool(workers(1));
  for (int round = 0; round < 2; ++round) {
    tally<3> seen;
    filch::parallel_for(pool, std::size_t{0}, std::size_t{3}, [&](std::size_t i) { seen.count(i); });
    check(seen.each_is(1), "each element once");
  }
}

SCENARIO(loops_within_a_loop_call_each_element_once) {
  thread_pool pool(workers(2));
  tally<6> seen;
  filch::parallel_for(pool, std::size_t{0}, std::size_t{2}, [&](std::size_t i) {
    filch::parallel_for(std::size_t{0}, std::size_t{3}, [&](std::size_t k) { seen.count(3 * i + k); });
  });
  check(seen.each_is(1), "each element once");
}

SCENARIO(a_loop_whose_element_throws_calls_none_twice) {
  thread_pool pool(workers(2));
  for (std::size_t bad = 0; bad < 6; bad += 5) {
    tally<6> seen;
    bool thrown = false;
    try {
      filch::parallel_for(pool, std::size_t{0}, std::size_t{6}, [&](std::size_t i) {
        seen.count(i);
        if (i == bad) {
          throw bad;
        }
      });
    } catch (const std::size_t i) {
      thrown = i == bad;
    }
    check(thrown, "the exception");
    check(seen.none_above(1), "no element twice");
  }
}

SCENARIO(a_loop_that_another_thread_stops_returns) {
  thread_pool pool(workers(1));
  tally<6> seen;
  std::stop_source stop;
  const schedule::thread other([&] { stop.request_stop(); });
  filch::parallel_for(
      pool, std::size_t{0}, std::size_t{6}, [&](std::size_t i) { seen.count(i); }, stop.get_token());
  check(seen.none_above(1), "no element twice");
}

SCENARIO(a_search_finds_the_first_of_two) {
  thread_pool pool(workers(2));
  const std::array<int, 8> numbers{0, 0, 0, 1, 0, 0, 1, 0};
  const auto found = filch::parallel_find(pool, numbers, 1);
  check(found - numbers.begin() == 3, "the first");
}

SCENARIO(a_reduction_combines_in_order) {
  thread_pool pool(workers(1));
  const std::string text = "abcdefghij";
  const std::string all = filch::parallel_transform_reduce(
      pool, text, std::string(), [](std::string a, const std::string& b) { return a + b; },
      [](char c) { return std::string(1, c); });
  check(all == text, "the order");
}

}  // namespace
