// SPDX-License-Identifier: BSL-1.0
#include <filch/hook.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "support/catch.hpp"

TEST_CASE("a hook is empty, or holds a move-only callable with state") {
  filch::hook<void(int)> h;
  REQUIRE_FALSE(h);
  int sum = 0;
  h = [&sum, owned = std::make_unique<int>(10)](int n) mutable {
    sum += n + *owned;
    ++*owned;
  };
  REQUIRE(h);
  h(1);
  h(1);
  REQUIRE(sum == 23);
  auto moved = std::move(h);
  moved(0);
  REQUIRE(sum == 35);
  static_assert(!std::is_copy_constructible_v<filch::hook<void(int)>>);
}

TEST_CASE("a hook passes its arguments on and lets exceptions through") {
  filch::hook<void(std::string)> h = [](const std::string& s) { throw s.size(); };
  REQUIRE_THROWS_AS(h("four"), std::size_t);
}
