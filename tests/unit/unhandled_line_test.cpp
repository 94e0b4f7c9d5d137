// SPDX-License-Identifier: BSL-1.0
// What is said of an exception that nobody fetches, if no hook is set.
#include "src/pool/unhandled_line.hpp"

#include <filch/filch.hpp>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)

#include <algorithm>
#include <cerrno>
#include <exception>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

#include "support/blocker.hpp"
#include "support/captured_stderr.hpp"

using filch::detail::print_unhandled;
using filch_test::captured_stderr;

namespace {

std::string printed(std::string_view pool, const std::exception_ptr& error) {
  const captured_stderr out;
  print_unhandled(pool, error);
  return out.text();
}

std::exception_ptr error(const std::string& what) { return std::make_exception_ptr(std::runtime_error(what)); }

}  // namespace

TEST_CASE("without a hook an unhandled exception is counted and prints one line with the pool's name and what()") {
  const captured_stderr out;
  filch::thread_pool pool({.threads = 1, .name = "render"});
  pool.execute([] { throw std::runtime_error("no data"); });
  pool.wait_idle();
  REQUIRE(out.text() == "filch: unhandled exception in pool \"render\": no data\n");
  REQUIRE(pool.metrics().unhandled_exceptions == 1);
  pool.execute([] { throw 5; });
  pool.wait_idle();
  REQUIRE(out.text() ==
          "filch: unhandled exception in pool \"render\": no data\n"
          "filch: unhandled exception in pool \"render\": not a std::exception\n");
  REQUIRE(pool.metrics().unhandled_exceptions == 2);
}

TEST_CASE("a hook takes the place of the line, also one that throws, which is counted") {
  const captured_stderr out;
  filch::thread_pool pool({.threads = 1, .on_unhandled_exception = [](std::exception_ptr) { throw 1; }});
  pool.execute([] { throw std::runtime_error("no data"); });
  pool.wait_idle();
  REQUIRE(out.text().empty());
  REQUIRE(pool.metrics().unhandled_exceptions == 2);
}

TEST_CASE("what somebody fetches is not printed") {
  const captured_stderr out;
  filch::thread_pool pool(1);
  REQUIRE_THROWS(pool.spawn([] { throw 1; }).join());
  REQUIRE_THROWS(pool.invoke([] { throw 1; }));
  filch::task_group group(pool);
  group.run([] { throw 1; });
  REQUIRE_THROWS(group.wait());
  filch_test::blocker b(pool);
  auto cancelled = pool.spawn([] {});
  REQUIRE(cancelled.cancel());
  cancelled.detach();
  b.open();
  pool.wait_idle();
  REQUIRE(out.text().empty());
}

TEST_CASE("a handle or group that outlives its pool still knows the pool's name") {
  const captured_stderr out;
  std::optional<filch::task_group> group;
  {
    filch::join_handle<void> handle;
    {
      filch::thread_pool pool({.threads = 1, .name = "gone"});
      handle = pool.spawn([] { throw std::runtime_error("of a task"); });
      group.emplace(pool);
      group->run([] { throw std::runtime_error("of a group"); });
      pool.wait_idle();
    }
    REQUIRE(out.text().empty());
  }
  group.reset();
  REQUIRE(out.text() ==
          "filch: unhandled exception in pool \"gone\": of a task\n"
          "filch: unhandled exception in pool \"gone\": of a group\n");
}

TEST_CASE("the line stays one line of at most 512 bytes, and no character of it is half") {
  REQUIRE(printed("a", error("two\nlines\ttab\x7f.")) == "filch: unhandled exception in pool \"a\": two lines tab .\n");
  REQUIRE(printed("a", error("")) == "filch: unhandled exception in pool \"a\": \n");
  REQUIRE(printed(std::string(65, 'n'), error("x")) ==
          "filch: unhandled exception in pool \"" + std::string(61, 'n') + "...\": x\n");
  REQUIRE(printed(std::string(64, 'n'), error("x")) ==
          "filch: unhandled exception in pool \"" + std::string(64, 'n') + "\": x\n");
  for (std::size_t ahead = 0; ahead < 4; ++ahead) {
    std::string text(ahead, 'x');
    for (int i = 0; i < 300; ++i) {
      text += "\u20ac";  // three bytes
    }
    const std::string line = printed("a", error(text));
    REQUIRE(line.size() <= 512);
    REQUIRE(line.size() > 505);
    REQUIRE(std::count(line.begin(), line.end(), '\n') == 1);
    REQUIRE(line.substr(line.size() - 4) == "...\n");
    REQUIRE((line.size() - 4 - std::string("filch: unhandled exception in pool \"a\": ").size() - ahead) % 3 == 0);
  }
}

TEST_CASE("lines of several threads do not mix") {
  const captured_stderr out;
  constexpr int tasks = 2000;
  {
    filch::thread_pool pool({.threads = 4, .name = "many"});
    for (int i = 0; i < tasks; ++i) {
      pool.execute([] { throw std::runtime_error(std::string(100, 'x')); });
    }
  }
  const std::string expected = "filch: unhandled exception in pool \"many\": " + std::string(100, 'x');
  std::istringstream lines(out.text());
  int whole = 0;
  for (std::string line; std::getline(lines, line);) {
    whole += line == expected ? 1 : 0;
  }
  REQUIRE(whole == tasks);
}

TEST_CASE("a task may rely on errno over a report, and a closed standard error stream does no harm") {
  errno = 7;
  REQUIRE_FALSE(printed("a", error("x")).empty());
  errno = 7;
  const captured_stderr puts_it_back;
  ::close(STDERR_FILENO);
  print_unhandled("a", error("x"));
  REQUIRE(errno == 7);
}

#endif
