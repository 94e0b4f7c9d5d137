// SPDX-License-Identifier: BSL-1.0
// fork(): a child has none of the pool's threads. ThreadSanitizer does not support threads after a fork.
#include <filch/thread_pool.hpp>

#include <memory>

#include "support/catch.hpp"

#if defined(__SANITIZE_THREAD__)
#define FILCH_TEST_FORK 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FILCH_TEST_FORK 0
#endif
#endif
#if !defined(FILCH_TEST_FORK)
#define FILCH_TEST_FORK 1
#endif

#if FILCH_TEST_FORK && (defined(__unix__) || defined(__APPLE__))

#include <sys/wait.h>
#include <unistd.h>

namespace {

// Runs `body` in a child; what it returns is the exit status.
template <class Body>
int status_of_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 99;
    try {
      status = body();
    } catch (...) {
      status = 98;
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

template <class Call>
bool is_usage_error(Call call) {
  try {
    call();
  } catch (const filch::usage_error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("in a child every entry says that there are no threads, and the destructor does not join") {
  auto pool = std::make_unique<filch::thread_pool>(2);
  pool->spawn([] {}).join();
  const int status = status_of_child([&] {
    int failed = 0;
    auto task = [owned = std::make_unique<int>(1)] {};
    failed |= pool->try_execute(std::move(task)) == filch::submit_status::forked ? 0 : 1;
    failed |= is_usage_error([&] { pool->execute([] {}); }) ? 0 : 2;
    failed |= is_usage_error([&] { pool->spawn([] {}).detach(); }) ? 0 : 4;
    failed |= is_usage_error([&] { pool->invoke([] {}); }) ? 0 : 8;
    failed |= is_usage_error([&] { pool->wait_idle(); }) ? 0 : 16;
    failed |= pool->shutdown().joined ? 32 : 0;
    pool.reset();
    return failed;
  });
  REQUIRE(status == 0);
  REQUIRE(pool->spawn([] { return 4; }).join() == 4);  // the parent's pool is as before
}

TEST_CASE("a child may make a pool of its own") {
  const filch::thread_pool parents(1);
  const int status = status_of_child([] {
    filch::thread_pool pool(2);
    return pool.spawn([] { return 7; }).join();
  });
  REQUIRE(status == 7);
}

#else

TEST_CASE("fork is not tested in this configuration") { SUCCEED(); }

#endif
