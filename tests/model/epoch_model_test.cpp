// SPDX-License-Identifier: BSL-1.0
// How long the epoch of the sleepers' word must be (docs/design/parking.md, "An old word").
#include <array>
#include <cstdint>
#include <optional>

#include "explorer/policy.hpp"
#include "src/parking/sleepers.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::start;

template <unsigned Bits>
struct short_epoch : filch_model::policy {
  static constexpr unsigned sleep_epoch_bits = Bits;
};

// Sleeper 0 lies on 1. While a waker is stopped before its exchange others take both off, and 0 comes to lie on 2. That
// is four changes, after which the word is the same but for its epoch.
template <unsigned Bits>
void a_waker_that_is_stopped_for_four_changes() {
  filch::detail::basic_sleepers<short_epoch<Bits>> sleepers(3, 3);
  std::array<int, 3> wakes{};
  const auto wake = [&] {
    const std::optional<std::uint32_t> woken = sleepers.wake_any();
    if (woken) {
      ++wakes[*woken];
    }
    return woken.has_value();
  };
  sleepers.enlist(1);
  sleepers.enlist(0);
  start("waker", [&] { wake(); });
  start("others", [&] {
    wake();
    wake();
    sleepers.enlist(2, filch::detail::before_sleep::searching);
    sleepers.enlist(0, filch::detail::before_sleep::searching);
  });
  join_all();
  while (wake()) {
  }
  check(wakes == std::array{2, 1, 1}, "a sleeper is lost, or woken twice");
}

}  // namespace

TEST_CASE("an epoch that has come round while a waker was stopped is taken for the old one") {
  const auto found = filch_model::explore(a_waker_that_is_stopped_for_four_changes<2>);
  INFO(found.trace);
  REQUIRE(found.failure == "main: a sleeper is lost, or woken twice");
}

TEST_CASE("an epoch that has not come round yet tells the old word from the new one") {
  const auto found = filch_model::explore(a_waker_that_is_stopped_for_four_changes<3>);
  INFO(found.failure << '\n' << found.trace);
  REQUIRE(found.failure.empty());
  REQUIRE(found.complete);
}
