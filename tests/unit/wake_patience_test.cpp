// SPDX-License-Identifier: BSL-1.0
#include "src/parking/wake_patience.hpp"

#include <cstdint>

#include "src/parking/sleep_word.hpp"
#include "support/catch.hpp"

using filch::detail::wake_patience;
namespace sleep_word = filch::detail::sleep_word;

namespace {

// Seven sleepers' word with so many searchers.
constexpr sleep_word::type searchers(std::uint32_t n) {
  return sleep_word::with_top(sleep_word::initial + n * sleep_word::one_searching, 7);
}

// How often a submitter relies on them until it wakes somebody.
std::uint32_t submissions(sleep_word::type word) {
  wake_patience patience;
  std::uint32_t n = 0;
  while (!patience.is_over(word)) {
    ++n;
  }
  return n;
}

}  // namespace

TEST_CASE("a submitter relies on one searcher for 32 submissions and no more") {
  REQUIRE(submissions(searchers(1)) == 32);
}

TEST_CASE("a submitter relies four times as long on each further searcher") {
  REQUIRE(submissions(searchers(2)) == 128);
  REQUIRE(submissions(searchers(3)) == 512);
  REQUIRE(wake_patience::limit(100) == wake_patience::limit(11));
}

TEST_CASE("a searcher that gets on is relied upon again") {
  wake_patience patience;
  for (int i = 0; i < 32; ++i) {
    static_cast<void>(patience.is_over(searchers(1)));
  }
  const sleep_word::type changed = sleep_word::with_top(searchers(1), 6);
  REQUIRE_FALSE(patience.is_over(changed));
  REQUIRE_FALSE(patience.is_over(searchers(1)));
}

TEST_CASE("nobody relies on a searcher who does not exist") { REQUIRE(submissions(searchers(0)) == 0); }

TEST_CASE("a searcher that is stopped is not relied upon again") {
  wake_patience patience;
  while (!patience.is_over(searchers(1))) {
  }
  // Whoever was woken searches, finds something, and sleeps again.
  REQUIRE_FALSE(patience.is_over(searchers(2)));
  REQUIRE(patience.is_over(searchers(1)));
  REQUIRE(patience.is_over(searchers(1)));
}

TEST_CASE("a searcher is relied upon again when it was seen to get on") {
  wake_patience patience;
  while (!patience.is_over(searchers(1))) {
  }
  REQUIRE(patience.is_over(searchers(0)));
  REQUIRE_FALSE(patience.is_over(searchers(1)));
}
