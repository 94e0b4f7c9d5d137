// SPDX-License-Identifier: BSL-1.0
#include "src/pool/unhandled_sink.hpp"

#include <exception>
#include <memory>

#include "support/catch.hpp"

using namespace filch::detail;

TEST_CASE("without a hook exceptions are counted") {
  auto* const sink = new unhandled_sink({});
  sink->report(std::make_exception_ptr(1));
  sink->report(std::make_exception_ptr(2));
  REQUIRE(sink->count() == 2);
  sink->drop_reference();
}

TEST_CASE("the hook gets the exception; its own is counted") {
  int got = 0;
  auto* const sink = new unhandled_sink([&](std::exception_ptr e) {
    try {
      std::rethrow_exception(e);
    } catch (int n) {
      got = n;
    }
    throw 5;
  });
  sink->report(std::make_exception_ptr(7));
  REQUIRE(got == 7);
  REQUIRE(sink->count() == 2);
  sink->drop_reference();
}

TEST_CASE("the last reference frees the hook") {
  auto token = std::make_shared<int>(0);
  const std::weak_ptr<int> alive = token;
  auto* const sink = new unhandled_sink([kept = std::move(token)](const std::exception_ptr&) {});
  sink->add_reference();
  sink->drop_reference();
  REQUIRE_FALSE(alive.expired());
  sink->drop_reference();
  REQUIRE(alive.expired());
}
