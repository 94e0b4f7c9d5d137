// SPDX-License-Identifier: BSL-1.0
#include <filch/join_all.hpp>

#include <array>
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::blocker;
using filch_test::on_worker;

namespace {

// Notes what comes to the hook, in order.
class notes {
 public:
  [[nodiscard]] auto hook() {
    return [this](std::exception_ptr error) {
      const std::lock_guard lock(mutex_);
      try {
        std::rethrow_exception(error);
      } catch (const std::exception& e) {
        said_.emplace_back(e.what());
      }
    };
  }
  [[nodiscard]] std::vector<std::string> said() const { return said_; }

 private:
  std::mutex mutex_;
  std::vector<std::string> said_;
};

auto failing(filch::thread_pool& pool, const char* what) {
  return pool.spawn([what]() -> int { throw std::runtime_error(what); });
}

}  // namespace

TEST_CASE("join_all returns the tuple of the results, void counting as monostate") {
  filch::thread_pool pool(2);
  int target = 0;
  auto number = pool.spawn([] { return 1; });
  auto nothing = pool.spawn([] {});
  auto results = filch::join_all(number, nothing, pool.spawn([] { return std::make_unique<int>(2); }),
                                 pool.spawn([&]() -> int& { return target; }));
  static_assert(std::is_same_v<decltype(results), std::tuple<int, std::monostate, std::unique_ptr<int>, int&>>);
  REQUIRE(std::get<0>(results) == 1);
  REQUIRE(*std::get<2>(results) == 2);
  REQUIRE(&std::get<3>(results) == &target);
  REQUIRE_FALSE(number.joinable());
  REQUIRE_FALSE(nothing.joinable());
  static_assert(std::is_same_v<decltype(filch::join_all(number)), std::tuple<int>>);
  static_assert(std::is_void_v<decltype(filch::join_all(nothing, nothing))>);
}

TEST_CASE("join_all of a range returns the vector of the results, or void") {
  filch::thread_pool pool(2);
  std::vector<filch::join_handle<int>> handles;
  for (int i = 0; i < 100; ++i) {
    handles.push_back(pool.spawn([i] { return i * i; }));
  }
  const std::vector<int> squares = filch::join_all(handles);
  REQUIRE(squares.size() == 100);
  REQUIRE(squares[9] == 81);
  REQUIRE_FALSE(handles.front().joinable());

  std::list<filch::join_handle<std::unique_ptr<int>>> movable;
  movable.push_back(pool.spawn([] { return std::make_unique<int>(7); }));
  REQUIRE(*filch::join_all(std::move(movable)).front() == 7);

  std::array<filch::join_handle<void>, 2> voids{pool.spawn([] {}), pool.spawn([] {})};
  static_assert(std::is_void_v<decltype(filch::join_all(voids))>);
  filch::join_all(voids);
  REQUIRE_FALSE(voids[0].joinable());

  std::vector<filch::join_handle<int>> none;
  REQUIRE(filch::join_all(none).empty());
}

TEST_CASE("join_all waits for all before it throws, so tasks may use the caller's frame") {
  filch::thread_pool pool(2);
  std::atomic<int> touched_after{0};
  std::atomic<bool> returned{false};
  const auto sum = [&] {
    int local = 7;
    std::mutex mutex;
    blocker b(pool);  // the others have not begun when the first one throws
    std::vector<filch::join_handle<int>> handles;
    handles.push_back(failing(pool, "first"));
    for (int i = 1; i < 4; ++i) {
      handles.push_back(pool.spawn([&, i] {
        touched_after += returned.load() ? 1 : 0;
        const std::lock_guard lock(mutex);
        return local += i;
      }));
    }
    b.open();
    return filch::join_all(handles).size();
  };
  REQUIRE_THROWS_WITH(sum(), "first");
  returned = true;
  pool.wait_idle();
  REQUIRE(touched_after.load() == 0);
}

TEST_CASE("join_all throws the exception of the first handle; the others' go to the hook") {
  notes hook;
  filch::thread_pool pool({.threads = 1, .on_unhandled_exception = hook.hook()});
  auto good = pool.spawn([] { return 1; });
  auto second = failing(pool, "second");
  auto third = failing(pool, "third");
  auto fourth = failing(pool, "fourth");
  REQUIRE_THROWS_WITH(filch::join_all(good, fourth, third, second), "fourth");
  REQUIRE(hook.said() == std::vector<std::string>{"third", "second"});
  REQUIRE_FALSE(good.joinable());
  REQUIRE_FALSE(second.joinable());

  std::vector<filch::join_handle<int>> handles;
  handles.push_back(pool.spawn([] { return 1; }));
  handles.push_back(failing(pool, "fifth"));
  handles.push_back(failing(pool, "sixth"));
  REQUIRE_THROWS_WITH(filch::join_all(handles), "fifth");
  REQUIRE(hook.said().back() == "sixth");
  REQUIRE(pool.metrics().unhandled_exceptions == 3);
  REQUIRE_FALSE(handles[0].joinable());
}

TEST_CASE("join_all throws task_cancelled for a cancelled task") {
  filch::thread_pool pool(1);
  blocker b(pool);
  auto cancelled = pool.spawn([] { return 1; });
  auto other = pool.spawn([] { return 2; });
  REQUIRE(cancelled.cancel());
  b.open();
  REQUIRE_THROWS_AS(filch::join_all(other, cancelled), filch::task_cancelled);
  REQUIRE(pool.metrics().unhandled_exceptions == 0);
}

TEST_CASE("join_all with an empty handle is a usage_error after the wait for the others, which keep their results") {
  filch::thread_pool pool(1);
  blocker b(pool);
  std::atomic<bool> ran{false};
  auto good = pool.spawn([&] {
    ran = true;
    return 1;
  });
  auto bad = failing(pool, "kept");
  filch::join_handle<int> empty;
  b.open();
  REQUIRE_THROWS_AS(filch::join_all(empty, good, bad), filch::usage_error);
  REQUIRE(ran.load());
  REQUIRE(good.is_finished());
  REQUIRE(good.join() == 1);
  REQUIRE_THROWS_WITH(bad.join(), "kept");
}

TEST_CASE("join_all in a task of the awaited tasks is a usage_error; the others are waited for") {
  filch::thread_pool pool(1);
  std::vector<filch::join_handle<int>> handles(1);
  std::atomic<bool> refused{false};
  std::atomic<bool> ran{false};
  blocker b(pool);
  handles[0] = pool.spawn([&] {
    handles.push_back(pool.spawn([&] {
      ran = true;
      return 1;
    }));
    try {
      filch::join_all(handles);
    } catch (const filch::usage_error&) {
      refused = ran.load();
    }
    return 2;
  });
  b.open();
  pool.wait_idle();
  REQUIRE(refused.load());
  REQUIRE(filch::join_all(handles) == std::vector<int>{2, 1});
}

TEST_CASE("a worker that joins many tasks runs them itself, in a pool of one without spares") {
  filch::thread_pool pool({.threads = 1, .max_spares = 0});
  REQUIRE(on_worker(pool, [&] {
            std::vector<filch::join_handle<int>> handles;
            for (int i = 0; i < 1000; ++i) {
              handles.push_back(pool.spawn([i] { return i; }));
            }
            return filch::join_all(handles).back();
          }) == 999);
}

TEST_CASE("tasks of several pools are joined together") {
  filch::thread_pool first(1);
  filch::thread_pool second(1);
  REQUIRE(on_worker(first, [&] {
            const auto [a, b] = filch::join_all(second.spawn([&] { return first.spawn([] { return 1; }).join(); }),
                                                first.spawn([] { return 2; }));
            return a + b;
          }) == 3);
}
