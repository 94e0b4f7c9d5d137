// SPDX-License-Identifier: BSL-1.0
#include <filch/when_any.hpp>

#include <array>
#include <cstddef>
#include <future>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::blocker;
using filch_test::on_worker;

TEST_CASE("when_any says which task has finished, and leaves its result") {
  filch::thread_pool pool(2);
  std::promise<void> go;
  std::vector<filch::join_handle<int>> handles;
  handles.push_back(pool.spawn([gate = go.get_future().share()] {
    gate.wait();
    return 1;
  }));
  int plain = 0;
  handles.push_back(pool.spawn([&plain] {
    plain = 5;  // no atomic: it happens before the return
    return 2;
  }));
  REQUIRE(filch::when_any(handles) == 1);
  REQUIRE(plain == 5);
  REQUIRE(filch::when_any(handles) == 1);
  REQUIRE(handles[1].join() == 2);
  go.set_value();
  REQUIRE(filch::when_any(std::span(handles).first(1)) == 0);
  REQUIRE(handles[0].join() == 1);
}

TEST_CASE("of several that have finished when_any says the first; one that failed or was cancelled has finished") {
  filch::thread_pool pool(1);
  blocker b(pool);
  std::array<filch::join_handle<void>, 3> handles{
      pool.spawn([] {}), pool.spawn([] { throw std::runtime_error("boom"); }), pool.spawn([] {})};
  REQUIRE(handles[2].cancel());
  REQUIRE(filch::when_any(handles) == 2);
  b.open();
  pool.wait_idle();
  REQUIRE(filch::when_any(handles) == 0);
  REQUIRE_THROWS_WITH(handles[1].join(), "boom");
}

TEST_CASE("when_any of nothing, of an empty handle and of the caller is a usage_error that says so") {
  filch::thread_pool pool(1);
  std::vector<filch::join_handle<int>> handles;
  try {
    static_cast<void>(filch::when_any(handles));
    FAIL("nothing was thrown");
  } catch (const filch::usage_error& e) {
    REQUIRE(std::string(e.what()).find("when_any") != std::string::npos);
  }
  handles.resize(1);
  REQUIRE_THROWS_AS(filch::when_any(handles), filch::usage_error);
  blocker b(pool);
  std::promise<bool> refused;
  handles[0] = pool.spawn([&] {
    try {
      static_cast<void>(filch::when_any(handles));
      refused.set_value(false);
    } catch (const filch::usage_error&) {
      refused.set_value(true);
    }
    return 0;
  });
  b.open();
  REQUIRE(refused.get_future().get());
  handles[0].wait();
}

TEST_CASE("a worker runs the first task itself if nobody has begun one, in a pool of one without spares") {
  filch::thread_pool pool({.threads = 1, .max_spares = 0});
  const bool first_ran_here = on_worker(pool, [&] {
    std::vector<filch::join_handle<std::thread::id>> handles;
    for (int i = 0; i < 3; ++i) {
      handles.push_back(pool.spawn([] { return std::this_thread::get_id(); }));
    }
    return filch::when_any(handles) == 0 && !handles[1].is_finished() &&
           handles[0].join() == std::this_thread::get_id();
  });
  REQUIRE(first_ran_here);
}

TEST_CASE("a waiter for one of several lends its core, also to the tasks of another pool") {
  filch::thread_pool first(1);
  filch::thread_pool second(1);
  REQUIRE(on_worker(first, [&] {
            std::promise<void> go;
            std::vector<filch::join_handle<int>> handles;
            handles.push_back(second.spawn([&] {
              const int sum = first.spawn([] { return 1; }).join();
              go.set_value();
              return sum;
            }));
            handles.push_back(second.spawn([gate = go.get_future().share()] {
              gate.wait();
              return 2;
            }));
            const std::size_t which = filch::when_any(handles);
            return static_cast<int>(which) + filch::join_all(handles)[which];
          }) >= 1);
}

TEST_CASE("a task may go on to wait after when_any, for the rest by when_any again") {
  filch::thread_pool pool(2);
  std::vector<filch::join_handle<int>> handles;
  for (int i = 0; i < 200; ++i) {
    handles.push_back(pool.spawn([i] { return i; }));
  }
  int sum = 0;
  while (!handles.empty()) {
    const auto it = handles.begin() + static_cast<std::ptrdiff_t>(filch::when_any(handles));
    sum += it->join();
    handles.erase(it);
  }
  REQUIRE(sum == 199 * 200 / 2);
}

TEST_CASE("stress: waits for one of several beside the ends of both") {
  filch::thread_pool pool(2);
  int wrong = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::array<filch::join_handle<int>, 2> handles{pool.spawn([] { return 0; }), pool.spawn([] { return 1; })};
    const std::size_t which = filch::when_any(handles);
    wrong += handles[which].is_finished() && handles[which].join() == static_cast<int>(which) ? 0 : 1;
  }
  REQUIRE(wrong == 0);
}
