// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/queues/fork_deque.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace filch::detail;

namespace {

constexpr auto any = steal_effort::any;
constexpr auto cheap = steal_effort::cheap;

using deque = fork_deque<std::uint64_t>;

TEST_CASE("forks are popped newest first and stolen oldest first") {
  for (const ring_index first : {ring_index{0}, ring_index{-2}, std::numeric_limits<ring_index>::max() - 1}) {
    deque d(first);
    const ring_index one = d.owner().push(1);
    static_cast<void>(d.owner().push(2));
    const ring_index three = d.owner().push(3);
    REQUIRE(d.owner().pop(three));
    REQUIRE(d.thief().steal(cheap).item == 1);
    REQUIRE(d.owner().pop(advance(one, 1)));
    REQUIRE_FALSE(d.owner().pop(one));
    REQUIRE(d.thief().empty());
    REQUIRE(d.thief().steal(any).status == steal_status::empty);
  }
}

TEST_CASE("after a theft the next one is cheap only once the owner has popped") {
  deque d(0, true);
  std::vector<ring_index> indices;
  for (std::uint64_t i = 0; i < 4; ++i) {
    indices.push_back(d.owner().push(i));
  }
  REQUIRE(d.thief().steal(cheap).item == 0);
  REQUIRE(d.thief().steal(cheap).status == steal_status::empty);
  REQUIRE(d.owner().pop(indices[3]));
  REQUIRE(d.thief().steal(cheap).item == 1);
}

TEST_CASE("without heavy barriers every theft is cheap, and the owner has what is left") {
  deque d(0, false);
  std::vector<ring_index> indices;
  for (std::uint64_t i = 0; i < 4; ++i) {
    indices.push_back(d.owner().push(i));
  }
  REQUIRE(d.thief().steal(cheap).item == 0);
  REQUIRE(d.thief().steal(cheap).item == 1);
  REQUIRE(d.owner().pop(indices[3]));
  REQUIRE(d.thief().steal(cheap).item == 2);
  REQUIRE_FALSE(d.owner().pop(indices[2]));
  REQUIRE(d.thief().steal(cheap).status == steal_status::empty);
}

TEST_CASE("a waiter leaves a fork that it does not want") {
  deque d;
  static_cast<void>(d.owner().push(1));
  REQUIRE(d.thief().steal_if(any, [](auto) { return false; }).status == steal_status::empty);
  REQUIRE(d.thief().steal_if(any, [](auto) { return true; }).item == 1);
  int asked = 0;
  REQUIRE(d.thief().steal_if(any, [&](auto) { return ++asked > 0; }).status == steal_status::empty);
  REQUIRE(asked == 0);
}

TEST_CASE("a thief that loses the race for a fork says lost, not empty") {
  deque d;
  const ring_index index = d.owner().push(1);
  // Between this thief's look and its take the owner takes the item.
  const auto slow = d.thief().steal_if(any, [&](auto) { return d.owner().pop(index); });
  REQUIRE(slow.status == steal_status::lost);
  REQUIRE(d.thief().steal(any).status == steal_status::empty);
}

TEST_CASE("a full deque takes no more forks until one is stolen or joined") {
  fork_deque<std::uint64_t, native_policy, 4> d;
  std::vector<ring_index> indices;
  for (std::uint64_t i = 0; i < 3; ++i) {
    indices.push_back(d.owner().push(i));
    REQUIRE_FALSE(d.owner().poll_requested(indices.back()));
  }
  for (int round = 0; round < 2; ++round) {
    const ring_index index = d.owner().push(3);
    REQUIRE(d.owner().poll_requested(index));
    REQUIRE_FALSE(d.owner().acknowledge(index));
    REQUIRE(d.owner().pop(index));
  }
  REQUIRE(d.thief().steal(any).item == 0);
  const ring_index index = d.owner().push(4);
  REQUIRE(d.owner().poll_requested(index));
  REQUIRE(d.owner().acknowledge(index));
  REQUIRE(d.owner().pop(index));
  REQUIRE(d.owner().pop(indices[2]));
}

TEST_CASE("a call is heard by the next push, once") {
  deque d;
  REQUIRE(d.owner().pop(d.owner().push(1)));
  d.thief().request_poll();
  for (const bool called : {true, false}) {
    const ring_index index = d.owner().push(1);
    REQUIRE(d.owner().poll_requested(index) == called);
    REQUIRE((!called || d.owner().acknowledge(index)));
    REQUIRE(d.owner().pop(index));
  }
}

}  // namespace
