// SPDX-License-Identifier: BSL-1.0
// thread_pool::build says by a code what the constructor says by an exception.
#include <filch/thread_pool.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <system_error>

#include <filch/pool_options.hpp>

#include "support/catch.hpp"
#include "support/thread_variable.hpp"

using filch_test::thread_variable;

namespace {

std::string what_of_constructor(const filch::pool_options& options) {
  try {
    const filch::thread_pool pool(options);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "(no exception)";
}

/// Why there is no such pool, after it was compared with what the constructor says.
std::error_code reason(const filch::pool_options& options) {
  std::error_code ec;
  const std::unique_ptr<filch::thread_pool> none = filch::thread_pool::build(options, ec);
  REQUIRE(none == nullptr);
  REQUIRE(ec);
  REQUIRE(ec.message() == what_of_constructor(options));
  return ec;
}

bool names(const std::error_code& ec, const std::string& text) { return ec.message().find(text) != std::string::npos; }

}  // namespace

TEST_CASE("build that succeeds leaves no error behind") {
  std::error_code ec = std::make_error_code(std::errc::io_error);
  const auto pool = filch::thread_pool::build(filch::pool_options{.threads = 1}, ec);
  REQUIRE_FALSE(ec);
  REQUIRE(pool->spawn([] { return 1; }).join() == 1);
}

TEST_CASE("the message has the option and its bad value") {
  const auto no_thread = reason({.threads = 0});
  REQUIRE(no_thread == std::errc::invalid_argument);
  REQUIRE(names(no_thread, "at least 1 thread, not 0"));
  const auto too_many = reason({.threads = 70'000});
  REQUIRE(too_many == std::errc::invalid_argument);
  REQUIRE(names(too_many, "at most 2047 threads, not 70000"));
  REQUIRE(too_many != no_thread);
  const auto spares = reason({.threads = 1, .max_spares = 5'000});
  REQUIRE(spares == std::errc::invalid_argument);
  REQUIRE(names(spares, "max_spares = 5000"));
}

TEST_CASE("the message has the variable and its bad value") {
  for (const char* value : {"0", "many", "-1", "99999999999999999999999"}) {
    const thread_variable v(value);
    const auto ec = reason({});
    REQUIRE(ec == std::errc::invalid_argument);
    REQUIRE(names(ec, "FILCH_NUM_THREADS is \"" + std::string(value) + "\""));
  }
}

TEST_CASE("the message has the stack size that no thread can have") {
#if defined(_WIN32)
  constexpr auto impossible = std::size_t{1} << 40;
#else
  constexpr std::size_t impossible = 1;
#endif
  const auto ec = reason({.threads = 2, .stack_size = impossible});
  REQUIRE(ec == std::errc::invalid_argument);
  REQUIRE(names(ec, "pool_options.stack_size = " + std::to_string(impossible)));
}

TEST_CASE("equal errors have equal codes, and a code can be looked at again") {
  const auto first = reason({.threads = 0});
  const auto second = reason({.threads = 0});
  REQUIRE(first == second);
  REQUIRE(first.message() == second.message());
  REQUIRE(first.category().name() == std::string("filch"));
}

// The last one here: it uses the texts up.
TEST_CASE("a program that has seen too many different errors gets the kind without the text") {
  for (std::size_t n = 100'000; n < 100'100; ++n) {
    std::error_code ec;
    REQUIRE(filch::thread_pool::build(filch::pool_options{.threads = n}, ec) == nullptr);
    REQUIRE(ec == std::errc::invalid_argument);
    REQUIRE_FALSE(ec.message().empty());
  }
  REQUIRE(names(reason({.threads = 0}), "not 0"));  // an old one is still known
}
