// SPDX-License-Identifier: BSL-1.0
#include "src/worker/submitter.hpp"

#include <atomic>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"


namespace {

std::uint32_t producer_number() { return filch::detail::this_submitter()->number(); }

std::uint32_t number_of_a_thread() {
  std::uint32_t number = 0;
  std::thread([&] { number = producer_number(); }).join();
  return number;
}

}  // namespace

TEST_CASE("a thread keeps its number, and the next one gets it") {
  const std::uint32_t mine = producer_number();
  const std::uint32_t other = number_of_a_thread();
  REQUIRE(other != mine);
  REQUIRE(other <= 1);
  REQUIRE(number_of_a_thread() == other);
  REQUIRE(producer_number() == mine);
}

TEST_CASE("100 threads at a time have numbers, of which the small ones are their own") {
  constexpr std::size_t count = 100;
  std::vector<std::uint32_t> numbers(count);
  std::atomic<std::size_t> numbered{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      numbers[i] = producer_number();
      for (++numbered; numbered != count;) {
        std::this_thread::yield();
      }
    });
  }
  for (std::thread& t : threads) {
    t.join();
  }
  std::multiset<std::uint32_t> seen(numbers.begin(), numbers.end());
  seen.insert(producer_number());
  for (std::uint32_t n = 0; n < 64; ++n) {
    REQUIRE(seen.count(n) == 1);
  }
  REQUIRE(number_of_a_thread() <= 1);
}
