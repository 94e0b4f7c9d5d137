// SPDX-License-Identifier: BSL-1.0
// set_default_pool_options. A process has one default pool, so this is one story.
#include <filch/thread_pool.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include "support/child.hpp"
#endif

namespace {

// Uses the library while it is destroyed: no lock of the library's is held then.
struct uses_the_setter {
  explicit uses_the_setter(std::atomic<int>& n) : destroyed(&n) {}
  uses_the_setter(const uses_the_setter&) = delete;
  uses_the_setter& operator=(const uses_the_setter&) = delete;
  ~uses_the_setter() {
    destroyed->fetch_add(1);
    filch::set_default_pool_options({.threads = 3, .name = "from a hook"});
  }
  std::atomic<int>* destroyed;
};

}  // namespace

TEST_CASE("the default pool is made with the options that were set last before its first use") {
  std::atomic<int> destroyed{0};
  {
    filch::pool_options options;
    options.threads = 5;
    options.on_thread_start = [kept = std::make_shared<uses_the_setter>(destroyed)](std::size_t) {};
    filch::set_default_pool_options(std::move(options));
  }
  REQUIRE(destroyed.load() == 0);
  filch::set_default_pool_options({.threads = 4});  // drops the options of before, whose hook sets others
  REQUIRE(destroyed.load() == 1);

  std::vector<std::thread> setters;
  for (int i = 0; i < 4; ++i) {
    setters.emplace_back([] { filch::set_default_pool_options({.threads = 1}); });
  }
  for (std::thread& t : setters) {
    t.join();
  }

  filch::set_default_pool_options({.max_spares = 1'000'000});  // impossible
  REQUIRE_THROWS_AS(filch::default_pool(), std::invalid_argument);

  std::atomic<int> in_hook{0};
  std::atomic<int> unhandled{0};
  filch::set_default_pool_options(
      {.threads = 3,
       .name = "mine",
       .on_thread_start = [&](std::size_t) { in_hook.fetch_add(filch::default_pool().thread_count() == 3 ? 1 : 0); },
       .on_unhandled_exception = [&](std::exception_ptr) { unhandled.fetch_add(1); }});
  REQUIRE(filch::default_pool().thread_count() == 3);
  filch::default_pool().execute([] { throw std::runtime_error("nobody waits for this"); });
  filch::default_pool().wait_idle();
  REQUIRE(unhandled.load() == 1);
  REQUIRE(in_hook.load() == 3);  // and no spare was made in the place of a hook that waited

  try {
    filch::set_default_pool_options({.threads = 1});
    FAIL("nothing was thrown");
  } catch (const filch::usage_error& e) {
    REQUIRE(std::string(e.what()).find("first use of default_pool()") != std::string::npos);
  }
  REQUIRE(filch::default_pool().thread_count() == 3);

#if defined(__unix__) || defined(__APPLE__)
  if constexpr (filch_test::child_can_have_threads) {
    REQUIRE(filch_test::status_of_child([] { return static_cast<int>(filch::default_pool().thread_count()); }) == 3);
    REQUIRE(filch_test::status_of_child([] {
              filch::set_default_pool_options({.threads = 2});
              return static_cast<int>(filch::default_pool().thread_count());
            }) == 2);
  }
#endif
}
