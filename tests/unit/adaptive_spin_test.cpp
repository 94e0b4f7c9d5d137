// SPDX-License-Identifier: BSL-1.0
#include "src/worker/adaptive_spin.hpp"

#include <chrono>

#include "src/base/tuning.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using filch::detail::adaptive_spin;
namespace tuning = filch::detail::tuning;

namespace {

void become_short(adaptive_spin& p) {
  for (int i = 0; i < tuning::whole_searches_in_vain; ++i) {
    REQUIRE(p.budget(64us) == 64us);
    p.found_nothing();
  }
}

}  // namespace

TEST_CASE("some searches in vain make the next ones short, but for one every now and then") {
  adaptive_spin p;
  become_short(p);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < tuning::short_searches; ++i) {
      REQUIRE(p.budget(64us) == 1us);
      p.found_nothing();
    }
    REQUIRE(p.budget(64us) == 64us);
    p.found_nothing();
  }
}

TEST_CASE("a search that finds something makes the next ones whole") {
  adaptive_spin p;
  become_short(p);
  p.found();
  become_short(p);
  REQUIRE(p.is_short());
}

TEST_CASE("a whole search comes sooner after sleeps that are shorter than it") {
  adaptive_spin p;
  become_short(p);
  for (int i = 0; i < tuning::short_searches / tuning::short_searches_per_short_sleep; ++i) {
    REQUIRE(p.is_short());
    p.slept(64us, 64us);  // a whole search would have been in vain
    REQUIRE(p.is_short());
    p.slept(63us, 64us);
  }
  REQUIRE_FALSE(p.is_short());
  p.slept(0us, 64us);
  p.found_nothing();
  REQUIRE(p.is_short());
}
