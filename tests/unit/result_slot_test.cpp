// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/job/result_slot.hpp>

#include <memory>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

struct counted {
  explicit counted(int& n) : alive(&n) { ++*alive; }
  counted(counted&& other) noexcept : alive(other.alive) { ++*alive; }
  ~counted() { --*alive; }
  int* alive;
};

}  // namespace

TEST_CASE("a value needs no default constructor, may be move-only, and is destroyed") {
  int alive = 0;
  {
    result_slot<counted> slot;
    slot.fill([&] { return counted(alive); });
    REQUIRE(alive == 1);
    const counted taken = slot.take();
    REQUIRE(alive == 2);
  }
  REQUIRE(alive == 0);
  result_slot<std::unique_ptr<int>> owner;
  owner.fill([] { return std::make_unique<int>(4); });
  REQUIRE(*owner.take() == 4);
}

TEST_CASE("a slot that was never filled, or whose call threw, destroys nothing") {
  int alive = 0;
  {
    result_slot<counted> slot;
    REQUIRE_THROWS_AS(slot.fill([]() -> counted { throw std::runtime_error("no"); }), std::runtime_error);
  }
  REQUIRE(alive == 0);
}

TEST_CASE("a reference stays one, void counts as monostate") {
  int n = 3;
  result_slot<int&> slot;
  slot.fill([&]() -> int& { return n; });
  REQUIRE(&slot.take() == &n);
  result_slot<void> none;
  bool called = false;
  none.fill([&] { called = true; });
  REQUIRE(called);
  static_assert(std::is_same_v<decltype(none.take()), std::monostate>);
  static_assert(std::is_same_v<regular_result<void>, std::monostate>);
  static_assert(std::is_same_v<regular_result<int&>, int&>);
}
