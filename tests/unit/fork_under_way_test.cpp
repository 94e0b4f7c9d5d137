// SPDX-License-Identifier: BSL-1.0
// What was under way when fork() was called, in the child.
#include <filch/fork_join.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <cstdio>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)

#include <csignal>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>

#include "support/blocker.hpp"
#include "support/child.hpp"

using filch_test::claims;
using filch_test::entries_in_child;
using filch_test::has_a_working_default_pool;
using filch_test::is_usage_error;
using filch_test::makes_a_working_pool;
using filch_test::status_of_child;
using namespace std::chrono_literals;

TEST_CASE("in a child a pending handle of the parent's throws, and a finished one has its result") {
  filch::thread_pool pool(1);
  filch_test::blocker busy(pool);
  auto pending = pool.spawn([] { return 1; });
  auto second = pool.spawn([] { return 2; });
  filch::thread_pool other(1);
  auto finished = other.spawn([] { return 3; });
  other.wait_idle();
  REQUIRE(status_of_child([&] {
            claims c;
            c.claim(is_usage_error([&] { pending.join(); }));
            c.claim(is_usage_error([&] { pending.wait(); }));
            c.claim(is_usage_error([&] { static_cast<void>(pending.wait_for(1h)); }));
            c.claim(!pending.is_finished());
            c.claim(pending.joinable());
            c.claim(finished.join() == 3);
            c.claim(second.cancel());
            bool cancelled = false;
            try {
              second.join();
            } catch (const filch::task_cancelled&) {
              cancelled = true;
            }
            c.claim(cancelled);
            pending.detach();
            c.claim(makes_a_working_pool());
            return c.first_wrong();
          }) == 0);
  busy.open();
  REQUIRE(pending.join() == 1);
  REQUIRE(second.join() == 2);
  REQUIRE(finished.join() == 3);
}

TEST_CASE("in a child a group of the parent's with unfinished tasks throws, and its destructor does not wait") {
  filch::thread_pool pool(1);
  filch_test::blocker busy(pool);
  auto group = std::make_unique<filch::task_group>(pool);
  group->run([] {});
  REQUIRE(status_of_child([&] {
            claims c;
            c.claim(is_usage_error([&] { group->wait(); }));
            c.claim(is_usage_error([&] { group->run([] {}); }));
            group->cancel();
            c.claim(!group->get_stop_token().stop_requested());
            c.claim(group->exceptions().empty());
            group.reset();
            return c.first_wrong();
          }) == 0);
  busy.open();
  group->wait();
}

TEST_CASE("in a child a group runs its tasks of before that are still in its own deque") {
  filch::thread_pool pool(1);
  const int status = pool.spawn([&] {
    filch::task_group group;
    int ran = 0;
    group.run([&] { ++ran; });
    group.run([&] { ++ran; });
    const int in_child = status_of_child([&] {
      group.wait();
      return ran;
    });
    group.wait();
    return in_child;
  }).join();
  REQUIRE(status == 2);
}

#if FILCH_TEST_CHILD_THREADS

TEST_CASE("a child that returns from its task ends without running another") {
  filch::thread_pool pool(1);
  std::atomic<int> status{-1};
  const pid_t parent = ::getpid();
  pool.execute([&] {
    // Further tasks for the same worker.
    for (int i = 0; i < 3; ++i) {
      pool.execute([parent] {
        if (::getpid() != parent) {
          ::_exit(50);
        }
      });
    }
    const pid_t child = ::fork();
    if (child == 0) {
      ::alarm(60);
      return;
    }
    int s = 0;
    ::waitpid(child, &s, 0);
    status = s;
  });
  pool.wait_idle();
  REQUIRE(status == 0);
}

#endif  // FILCH_TEST_CHILD_THREADS

TEST_CASE("a child goes on after its guest's call") {
  filch::thread_pool pool(2);
  // A worker that steals the other side while fork() is under way would take it from the child.
  filch_test::blocker one(pool);
  filch_test::blocker two(pool);
  bool in_child = false;
  pool.invoke([&] {
    filch::fork_join([&] { in_child = ::fork() == 0; }, [] {});
  });
  if (in_child) {
    ::alarm(60);
    ::_exit(entries_in_child(pool) == 0 && has_a_working_default_pool() ? 0 : 1);
  }
  one.open();
  two.open();
  int status = -1;
  ::wait(&status);
  REQUIRE(status == 0);
}

TEST_CASE("a child that returns into a fork whose other side was stolen ends with a message") {
  filch::thread_pool pool(2);
  std::latch stolen(1);
  std::latch go_on(1);
  int status = -1;
  pool.spawn([&] {
    filch::fork_join(
        [&] {
          stolen.wait();
          const pid_t child = ::fork();
          if (child == 0) {
            ::alarm(60);
            ::signal(SIGABRT, SIG_DFL);
            static_cast<void>(::freopen("/dev/null", "w", stderr));
            return;
          }
          ::waitpid(child, &status, 0);
          go_on.count_down();
        },
        [&] {
          stolen.count_down();
          go_on.wait();
        });
  }).join();
  REQUIRE(WIFSIGNALED(status));
  REQUIRE(WTERMSIG(status) == SIGABRT);
}

#else

TEST_CASE("fork is not tested in this configuration") { std::puts("SKIPPED: this system has no fork()"); }

#endif
