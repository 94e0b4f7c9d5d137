// SPDX-License-Identifier: BSL-1.0
#include "src/base/spin_budget.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <ratio>
#include <utility>

#include <filch/detail/base/deadline.hpp>
#include <filch/thread_pool.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using filch::detail::deadline_after;
using filch::detail::deadline_at;
using filch::detail::longest_wait;
using filch_test::blocker;

namespace {

using clock_type = std::chrono::steady_clock;
using real_seconds = std::chrono::duration<double>;
using real_hours = std::chrono::duration<float, std::ratio<3600>>;
using odd_ticks = std::chrono::duration<std::int64_t, std::ratio<1, 999'999'937>>;
using small_hours = std::chrono::duration<std::int8_t, std::ratio<3600>>;
using whole_numbers = std::chrono::duration<std::uint64_t>;

constexpr std::size_t queued = 3;
constexpr double infinity = std::numeric_limits<double>::infinity();

// Durations that have no room in the clock's own unit, or lie before now.
template <class Visit>
void for_each_endless(Visit visit) {
  visit("nanoseconds::max()", std::chrono::nanoseconds::max());
  visit("microseconds::max()", std::chrono::microseconds::max());
  visit("milliseconds::max()", std::chrono::milliseconds::max());
  visit("seconds::max()", std::chrono::seconds::max());
  visit("minutes::max()", std::chrono::minutes::max());
  visit("hours::max()", std::chrono::hours::max());
  visit("days::max()", std::chrono::days::max());
  visit("years::max()", std::chrono::years::max());
  visit("years(400)", std::chrono::years(400));
  visit("hours(5'000'000)", std::chrono::hours(5'000'000));
  visit("the largest unsigned number", whole_numbers::max());
  visit("the largest double", real_seconds::max());
  visit("infinity", real_seconds(infinity));
  visit("the largest float", real_hours::max());
}

template <class Visit>
void for_each_past(Visit visit) {
  visit("0", 0ns);
  visit("-1 ns", -1ns);
  visit("nanoseconds::min()", std::chrono::nanoseconds::min());
  visit("seconds::min()", std::chrono::seconds::min());
  visit("hours::min()", std::chrono::hours::min());
  visit("hours(-5'000'000)", std::chrono::hours(-5'000'000));
  visit("years(-400)", std::chrono::years(-400));
  visit("the smallest of few bits", small_hours::min());
  visit("the lowest double", real_seconds::min());
  visit("minus infinity", real_seconds(-infinity));
  visit("no number", real_seconds(std::numeric_limits<double>::quiet_NaN()));
  visit("no float number", real_hours(std::numeric_limits<float>::quiet_NaN()));
}

}  // namespace

TEST_CASE("a deadline lies as far away as its duration says, rounded up to the clock's unit") {
  const clock_type::time_point now = clock_type::now();
  REQUIRE(deadline_after(1ns, now) == now + 1ns);
  REQUIRE(deadline_after(999'999'999ns, now) == now + 999'999'999ns);
  REQUIRE(deadline_after(1500us, now) == now + 1500us);
  REQUIRE(deadline_after(2h, now) == now + 2h);
  REQUIRE(deadline_after(small_hours(127), now) == now + 127h);
  REQUIRE(deadline_after(whole_numbers(3), now) == now + 3s);
  REQUIRE(deadline_after(real_seconds(0.25), now) == now + 250ms);
  REQUIRE(deadline_after(std::chrono::duration<double, std::pico>(1), now) == now + 1ns);
  REQUIRE(deadline_after(odd_ticks(999'999'937), now) - (now + 1s) <= 1us);
  REQUIRE(deadline_after(odd_ticks(odd_ticks::max() / 100), now) > now + std::chrono::years(2));
}

TEST_CASE("a duration that has no room counts as the longest, one that is over or no number as none") {
  const clock_type::time_point now = clock_type::now();
  for_each_endless([now](const char* name, auto limit) {
    INFO(name);
    REQUIRE(deadline_after(limit, now) == now + longest_wait);
  });
  for_each_past([now](const char* name, auto limit) {
    INFO(name);
    REQUIRE(deadline_after(limit, now) == now);
  });
}

TEST_CASE("a moment of any clock is a deadline") {
  using system = std::chrono::system_clock;
  const auto left = [](auto moment) {
    const clock_type::time_point deadline = deadline_at(moment);
    return deadline - clock_type::now();
  };
  REQUIRE(deadline_at(clock_type::now() + 1h) > clock_type::now() + 59min);
  REQUIRE(left(clock_type::now() + 1h) <= 1h);
  REQUIRE(left(system::now() + 1h) > 59min);
  REQUIRE(left(system::now() + 1h) < 61min);
  REQUIRE(left(std::chrono::time_point_cast<std::chrono::hours>(system::now()) + 48h) > 46h);
  REQUIRE(left(clock_type::time_point::max()) > longest_wait - 1h);
  REQUIRE(left(system::time_point::max()) > longest_wait - 1h);
  REQUIRE(left(std::chrono::time_point<system, std::chrono::hours>::max()) > longest_wait - 1h);
  REQUIRE(left(std::chrono::time_point<system, real_seconds>(real_seconds(infinity))) > longest_wait - 1h);
  REQUIRE(left(clock_type::time_point::min()) <= 0ns);
  REQUIRE(left(system::time_point::min()) <= 0ns);
  REQUIRE(left(std::chrono::time_point<system, std::chrono::hours>::min()) <= 0ns);
  REQUIRE(left(system::now() - 1h) <= 0ns);
}

TEST_CASE("wait_for takes every duration: it waits for the longest and does not wait for what is over") {
  filch::thread_pool pool(1);
  for_each_past([&pool](const char* name, auto limit) {
    INFO(name);
    blocker b(pool);
    const auto handle = pool.spawn([] {});
    const bool finished = handle.wait_for(limit);
    b.open();
    REQUIRE_FALSE(finished);
  });
  for_each_endless([&pool](const char* name, auto limit) {
    INFO(name);
    blocker b(pool);
    const auto handle = pool.spawn([] {});
    pool.execute([] {});
    b.open();
    REQUIRE(handle.wait_for(limit));
  });
}

TEST_CASE("shutdown_for takes every duration: it drains within the longest and discards after what is over") {
  for_each_endless([](const char* name, auto limit) {
    INFO(name);
    filch::thread_pool pool(1);
    for (std::size_t i = 0; i < queued; ++i) {
      pool.execute([] {});
    }
    const filch::shutdown_report report = pool.shutdown_for(limit);
    REQUIRE(report.completed == queued);
    REQUIRE(report.discarded == 0);
    REQUIRE(report.joined);
  });
  for_each_past([](const char* name, auto limit) {
    INFO(name);
    filch::thread_pool pool(1);
    blocker b(pool);
    for (std::size_t i = 0; i < queued; ++i) {
      pool.execute([] {});
    }
    const filch::shutdown_report report = pool.shutdown_for(limit);
    b.open();
    REQUIRE(report.discarded == queued);
    REQUIRE_FALSE(report.joined);
  });
}

TEST_CASE("a spin of the longest duration goes on") {
  filch::detail::spin_budget budget(std::chrono::nanoseconds::max());
  int rounds = 0;
  while (rounds < 1000 && budget.spin()) {
    ++rounds;
  }
  REQUIRE(rounds == 1000);
}

TEST_CASE("a pool whose idle spin is negative sleeps at once") {
  for (const auto spin : {std::chrono::nanoseconds::min(), -1ns}) {
    filch::pool_options options;
    options.threads = 2;
    options.idle.spin = spin;
    filch::thread_pool pool(std::move(options));
    REQUIRE(pool.spawn([&pool] { return pool.spawn([] { return 3; }).join(); }).join() == 3);
    pool.wait_idle();
    pool.set_idle_policy({spin / 2});
    REQUIRE(pool.spawn([] { return 4; }).join() == 4);
  }
}
