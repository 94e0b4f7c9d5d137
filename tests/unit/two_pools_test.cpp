// SPDX-License-Identifier: BSL-1.0
// Threads that are inside of two pools, and pools that wait for each other. In every order: tests/schedule.
#include <atomic>
#include <chrono>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using filch::thread_pool;

namespace {

template <class Call>
bool is_refused(Call call) {
  try {
    call();
  } catch (const filch::usage_error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a worker that is a guest of another pool is still inside of its own") {
  thread_pool b(1);
  {
    thread_pool a(1);
    const int sum = a.spawn([&] {
                       auto handle = a.spawn([] { return 1; });
                       filch::task_group group(a);
                       std::atomic<int> ran{0};
                       group.run([&] { ran += 2; });
                       return b.invoke([&] {
                         const int joined = handle.join();
                         group.wait();
                         return joined + ran + (is_refused([&] { a.wait_idle(); }) ? 4 : 0);
                       });
                     }).join();
    REQUIRE(sum == 7);
    std::atomic<int> calls{0};
    a.spawn([&] { filch::parallel_for(
        b, 0, 4, [&](int) { calls += a.spawn([] { return 1; }).join(); }, filch::grain{1}); }).join();
    REQUIRE(calls == 4);
    const filch::shutdown_report report = a.spawn([&] { return b.invoke([&] { return a.shutdown(); }); }).join();
    REQUIRE_FALSE(report.joined);
    REQUIRE(report.running == 1);  // the caller
  }
  auto* const a = new thread_pool(2);
  std::atomic<bool> gone{false};
  a->execute([&] {
    b.invoke([&] { delete a; });
    gone = true;
  });
  while (!gone) {
    std::this_thread::yield();
  }
}

TEST_CASE("two pools of one worker each may wait for each other") {
  thread_pool a(1);
  thread_pool b(1);
  for (int i = 0; i < 20; ++i) {
    // By handles.
    REQUIRE(a.spawn([&] { return b.spawn([&] { return a.spawn([] { return 20; }).join() + 1; }).join(); }).join() ==
            21);
    // By groups.
    int result = 0;
    filch::scope(a, [&](filch::task_group& outer) {
      outer.run([&] {
        filch::scope(b, [&](filch::task_group& middle) {
          middle.run([&] { filch::scope(a, [&](filch::task_group& inner) { inner.run([&] { result = 42; }); }); });
        });
      });
    });
    REQUIRE(result == 42);
    // By a group or handle of the first inside of an invoke of the second.
    REQUIRE(a.spawn([&] {
               return b.invoke([&] {
                 int inner_result = 0;
                 filch::scope(a, [&](filch::task_group& group) { group.run([&] { inner_result = 1; }); });
                 return inner_result + a.spawn([] { return 2; }).join();
               });
             }).join() == 3);
    // By the second one's idleness.
    std::atomic<int> seen{0};
    a.spawn([&] {
       b.execute([&] { seen = a.spawn([] { return 4; }).join(); });
       b.wait_idle();
     }).join();
    REQUIRE(seen == 4);
  }
}

TEST_CASE("tasks that poll with timed waits in all workers get what they wait for") {
  thread_pool pool(2);
  const auto poll = [&] {
    auto handle = pool.spawn([] { return 1; });
    while (!handle.wait_for(1ms)) {
    }
    return handle.join();
  };
  auto first = pool.spawn(poll);
  auto second = pool.spawn(poll);
  REQUIRE(first.join() + second.join() == 2);
}
