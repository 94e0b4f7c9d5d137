// SPDX-License-Identifier: BSL-1.0
#include "src/parking/wake_patience.hpp"

#include "support/catch.hpp"

using filch::detail::wake_patience;

TEST_CASE("a submitter relies on one searcher for 32 submissions and no more") {
  wake_patience patience;
  for (int i = 0; i < 32; ++i) {
    REQUIRE_FALSE(patience.is_over(7));
  }
  REQUIRE(patience.is_over(7));
}

TEST_CASE("a searcher that gets on is relied upon again") {
  wake_patience patience;
  for (int i = 0; i < 32; ++i) {
    static_cast<void>(patience.is_over(7));
  }
  REQUIRE_FALSE(patience.is_over(8));
  REQUIRE_FALSE(patience.is_over(7));
}
