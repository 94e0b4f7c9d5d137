// SPDX-License-Identifier: BSL-1.0
#include "src/base/random.hpp"

#include <array>
#include <cstdint>

#include "support/catch.hpp"

using filch::detail::random_source;

TEST_CASE("numbers stay below the bound and reach all of it, for any seed") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    random_source r(seed);
    std::array<int, 7> hits{};
    for (int i = 0; i < 7000; ++i) {
      ++hits.at(r.below(7));
    }
    for (const int n : hits) {
      REQUIRE(n > 700);
      REQUIRE(n < 1300);
    }
    REQUIRE(r.below(1) == 0);
  }
}

TEST_CASE("workers with neighbouring seeds begin at different places") {
  int equal = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    random_source a(seed);
    random_source b(seed + 1);
    equal += a.below(1000) == b.below(1000) ? 1 : 0;
  }
  REQUIRE(equal < 20);
}
