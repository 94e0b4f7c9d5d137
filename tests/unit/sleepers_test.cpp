// SPDX-License-Identifier: BSL-1.0
#include "src/parking/sleepers.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("the sleeper that came last is woken first") {
  worker_sleepers s(4, 4);
  REQUIRE_FALSE(s.wake_any());
  s.enlist(2);
  s.enlist(0);
  s.enlist(3);
  REQUIRE(s.wake_any() == 3u);
  REQUIRE(s.wake_any() == 0u);
  REQUIRE(s.wake_any() == 2u);
  REQUIRE_FALSE(s.wake_any());
}

TEST_CASE("the last to sleep is told so, if no guest and no spare runs") {
  worker_sleepers s(2, 3);
  REQUIRE_FALSE(s.enlist(0));
  REQUIRE(s.enlist(1));
  REQUIRE(s.wake_any() == 1u);
  REQUIRE(s.add_guest());
  REQUIRE_FALSE(s.enlist(1));
  REQUIRE_FALSE(s.remove_guest());
  REQUIRE(s.wake_any() == 1u);
  REQUIRE(s.end_blocking());  // a spare begins, and sees who sleeps
  REQUIRE_FALSE(s.enlist(1));
  REQUIRE(s.enlist(2));
}

TEST_CASE("nobody is woken while somebody searches, except by wake_any") {
  worker_sleepers s(3, 3);
  s.enlist(0);
  s.enlist(1);
  s.enlist(2);
  REQUIRE(s.wake_one() == 2u);
  REQUIRE_FALSE(s.wake_one());  // the woken one counts as a searcher
  REQUIRE_FALSE(s.wake_one_unordered());
  REQUIRE(s.wake_any() == 1u);
  s.stop_search();
  REQUIRE_FALSE(s.wake_one());  // one of the two still searches
  s.stop_search();
  REQUIRE(s.wake_one_unordered() == 0u);
}

TEST_CASE("the number of searchers is capped") {
  worker_sleepers s(4, 4);
  REQUIRE(s.start_search(2));
  REQUIRE(s.start_search(2));
  REQUIRE_FALSE(s.start_search(2));
  s.stop_search();
  REQUIRE(s.start_search(2));
  REQUIRE_FALSE(s.start_search(0));
}

TEST_CASE("a searcher that goes to sleep is no searcher any more") {
  worker_sleepers s(2, 2);
  REQUIRE(s.start_search(1));
  s.enlist(1, filch::detail::before_sleep::searching);
  REQUIRE(sleep_word::searching(s.state().load()) == 0);
  REQUIRE(s.start_search(1));
}

TEST_CASE("every change of the top counts the epoch up") {
  worker_sleepers s(2, 2);
  const auto before = s.state().load();
  s.enlist(0);
  REQUIRE(s.wake_any() == 0u);
  s.stop_search();
  const auto after = s.state().load();
  REQUIRE(sleep_word::top(after) == sleep_word::top(before));
  REQUIRE(after - before == 2 * sleep_word::one_epoch);
}

TEST_CASE("stress: each enlisted sleeper is woken exactly once") {
  constexpr unsigned sleepers = 3;
  constexpr int rounds = 30'000;
  worker_sleepers s(sleepers, sleepers);
  std::vector<std::atomic<int>> tokens(sleepers);
  std::atomic<unsigned> finished{0};
  std::atomic<int> doubled{0};
  std::vector<std::thread> threads;
  for (unsigned me = 0; me < sleepers; ++me) {
    threads.emplace_back([&, me] {
      for (int i = 0; i < rounds; ++i) {
        s.enlist(me, i != 0 ? filch::detail::before_sleep::searching : filch::detail::before_sleep::busy);
        while (tokens[me].load(std::memory_order_acquire) == 0) {
          std::this_thread::yield();
        }
        if (tokens[me].fetch_sub(1) != 1) {
          doubled.fetch_add(1);
        }
      }
      s.stop_search();
      finished.fetch_add(1);
    });
  }
  const auto wake = [&](auto how) {
    while (finished.load() != sleepers) {
      if (const std::optional<worker_sleepers::index> woken = how()) {
        tokens[*woken].fetch_add(1, std::memory_order_release);
      } else {
        std::this_thread::yield();
      }
    }
  };
  threads.emplace_back([&] { wake([&] { return s.wake_any(); }); });
  wake([&] { return s.wake_one_unordered(); });
  for (auto& t : threads) {
    t.join();
  }
  REQUIRE(doubled.load() == 0);
  REQUIRE(sleep_word::top(s.state().load()) == 0);
  REQUIRE(sleep_word::searching(s.state().load()) == 0);
}
