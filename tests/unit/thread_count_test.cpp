// SPDX-License-Identifier: BSL-1.0
#include "src/pool/thread_count.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include <filch/available_parallelism.hpp>
#include <filch/thread_pool.hpp>

#include "support/catch.hpp"
#include "support/thread_variable.hpp"

using filch::detail::resolve_thread_count;
using filch_test::thread_variable;

namespace {

std::string error_of(const char* value) {
  const thread_variable v(value);
  try {
    static_cast<void>(resolve_thread_count(std::nullopt));
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "(none)";
}

}  // namespace

TEST_CASE("without a number and a variable the machine decides") {
  const thread_variable unset(nullptr);
  REQUIRE(resolve_thread_count(std::nullopt).workers == filch::available_parallelism());
  const thread_variable empty("");
  REQUIRE(resolve_thread_count(std::nullopt).workers == filch::available_parallelism());
}

TEST_CASE("the variable decides, and the reason says so") {
  const thread_variable v("3");
  const auto count = resolve_thread_count(std::nullopt);
  REQUIRE(count.workers == 3);
  REQUIRE(count.reason.find("3 workers: mask ") == 0);
  REQUIRE(count.reason.find("FILCH_NUM_THREADS=3") != std::string::npos);
  REQUIRE(filch::thread_pool().thread_count() == 3);
}

TEST_CASE("an explicit number comes first, and a bad variable does not matter then") {
  const thread_variable v("many");
  const auto count = resolve_thread_count(1);
  REQUIRE(count.workers == 1);
  REQUIRE(count.reason.find("1 worker: ") == 0);
  REQUIRE(count.reason.find("asked for 1") != std::string::npos);
  REQUIRE_THROWS_AS(resolve_thread_count(0), std::invalid_argument);
}

TEST_CASE("a bad value is an error that names the variable and the value") {
  for (const char* value : {"0", "-1", "+2", " 2", "2 ", "2x", "x", "1.5", "0x4", "99999999999999999999999"}) {
    const std::string what = error_of(value);
    INFO(what);
    REQUIRE(what.find("FILCH_NUM_THREADS") != std::string::npos);
    REQUIRE(what.find("\"" + std::string(value) + "\"") != std::string::npos);
  }
  const thread_variable v("lots");
  REQUIRE_THROWS_AS(filch::thread_pool(), std::invalid_argument);
}

TEST_CASE("more workers than the sleepers' word can name are refused") {
  REQUIRE_THROWS_AS(filch::thread_pool(70'000), std::invalid_argument);
}
