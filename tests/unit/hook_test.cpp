// SPDX-License-Identifier: BSL-1.0
#include <filch/hook.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "support/catch.hpp"

namespace {

void ignore(int) {}

struct counter {
  int sum = 0;
  void add(int n) { sum += n; }
};

}  // namespace

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
}

TEST_CASE("copies of a hook share the callable, which goes with the last") {
  const auto alive = std::make_shared<int>(0);
  filch::hook<void(int)> first = [alive](int n) { *alive += n; };
  {
    const filch::hook<void(int)> second = first;
    first(1);
    second(2);
    REQUIRE(*alive == 3);
    first = nullptr;
    REQUIRE_FALSE(first);
    second(4);
    REQUIRE(alive.use_count() == 2);
  }
  REQUIRE(*alive == 7);
  REQUIRE(alive.use_count() == 1);
}

TEST_CASE("what is empty makes an empty hook") {
  using hook = filch::hook<void(int)>;
  REQUIRE_FALSE(hook(nullptr));
  REQUIRE_FALSE(hook(static_cast<void (*)(int)>(nullptr)));
  REQUIRE_FALSE(hook(std::function<void(int)>()));
  REQUIRE_FALSE(hook(filch::hook<void(long)>()));
  using member_hook = filch::hook<void(counter&, int)>;
  REQUIRE_FALSE(member_hook(static_cast<void (counter::*)(int)>(nullptr)));
  REQUIRE(hook() == nullptr);
  REQUIRE(hook(ignore));
  REQUIRE(hook(&ignore));
  REQUIRE(hook([](int) {}));
  REQUIRE(hook([](auto n) { return n + 1; }));
  REQUIRE(hook(std::function<void(int)>(ignore)) != nullptr);
}

TEST_CASE("a hook passes its arguments on as std::invoke does, and lets exceptions through") {
  filch::hook<void(std::string)> h = [](const std::string& s) { throw s.size(); };
  REQUIRE_THROWS_AS(h("four"), std::size_t);
  const filch::hook<void(counter&, int)> add = &counter::add;
  counter c;
  add(c, 3);
  REQUIRE(c.sum == 3);
}
