// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>

#include <filch/errors.hpp>
#include <filch/fork_join.hpp>
#include <filch/parallel_for.hpp>
#include <filch/task_group.hpp>
#include <filch/this_worker.hpp>
#include <filch/thread_pool.hpp>

#if defined(FILCH_TEST_CHILD_THREADS)  // qemu, which aborts
#elif defined(__SANITIZE_THREAD__)
#define FILCH_TEST_CHILD_THREADS 0
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FILCH_TEST_CHILD_THREADS 0
#endif
#endif
#if !defined(FILCH_TEST_CHILD_THREADS)
#define FILCH_TEST_CHILD_THREADS 1
#endif

namespace filch_test {

/// ThreadSanitizer ends a child that starts threads, or in which a thread ends: those of the parent are still there for
/// it. The rest of a test is run there too.
inline constexpr bool child_can_have_threads = FILCH_TEST_CHILD_THREADS != 0;

/// Runs `body` in a child of fork(), for at most a minute. Returns: the exit status, which is what `body` returned, or
/// 99 if it threw; 1000 and the number of the signal that ended the child.
template <class Body>
int status_of_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    int status = 99;
    try {
      status = body();
    } catch (...) {
    }
    ::_exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

template <class Call>
[[nodiscard]] bool is_usage_error(Call call) {
  try {
    call();
  } catch (const filch::usage_error&) {
    return true;
  } catch (...) {
  }
  return false;
}

/// For a child: the number of the first claim that is not true, as the exit status; 0 if all are.
class claims {
 public:
  void claim(bool is_true) noexcept {
    ++number_;
    if (!is_true && first_wrong_ == 0) {
      first_wrong_ = number_;
    }
  }
  [[nodiscard]] int first_wrong() const noexcept { return first_wrong_; }

 private:
  int number_ = 0;
  int first_wrong_ = 0;
};

// Whether the child can use a pool that it makes itself.
[[nodiscard]] inline bool works(filch::thread_pool& pool) {
  std::atomic<int> ran{0};
  filch::task_group group(pool);
  for (int i = 0; i < 300; ++i) {
    group.run([&ran, i] {
      ran += 1;
      if (i == 7) {
        throw std::runtime_error("seven");
      }
    });
  }
  bool thrown = false;
  try {
    group.wait();
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  pool.trim();
  return thrown && ran == 300 && pool.spawn([] { return 5; }).join() == 5 && pool.invoke([] { return 6; }) == 6;
}

[[nodiscard]] inline bool makes_a_working_pool() {
  if (!child_can_have_threads) {
    return true;
  }
  filch::thread_pool pool(2);
  return works(pool);
}

[[nodiscard]] inline bool has_a_working_default_pool() {
  return !child_can_have_threads || works(filch::default_pool());
}

// In a child: what every entry of the parent's pool says.
inline void claim_that_nothing_is_accepted(claims& c, filch::thread_pool& pool) {
  auto task = [owned = std::make_unique<int>(1)] {};
  c.claim(pool.try_execute(std::move(task)) == filch::submit_status::forked);
  c.claim(is_usage_error([&] { pool.execute([] {}); }));
  c.claim(is_usage_error([&] { pool.spawn([] {}).detach(); }));
  c.claim(is_usage_error([&] { pool.invoke([] {}); }));
  std::array<void (*)(), 2> two{[] {}, [] {}};
  c.claim(is_usage_error([&] { pool.execute_bulk(two.begin(), two.end()); }));
  c.claim(is_usage_error([&] { pool.wait_idle(); }));
  c.claim(is_usage_error([&] {
    filch::task_group group(pool);
    group.run([] {});
  }));
  c.claim(is_usage_error([&] { filch::parallel_for(pool, 0, 10, [](int) {}); }));
  c.claim(!filch::this_worker::index().has_value());
  c.claim(filch::this_worker::pool() == nullptr);
  pool.trim();
  pool.set_idle_policy(filch::idle_policy::frugal());
  c.claim(!pool.shutdown_for(std::chrono::hours(1)).joined);
  c.claim(!pool.shutdown().joined);
}

// In a child, in a task that its parent began: what needs no other thread, or finds the child's default pool.
inline void claim_that_forks_run_here(claims& c) {
  int sum = 0;
  filch::fork_join([&] { sum += 1; }, [&] { filch::fork_join([&] { sum += 2; }, [&] { sum += 4; }); });
  c.claim(sum == 7);
  if (child_can_have_threads) {
    std::atomic<int> in_loop{0};
    filch::parallel_for(0, 100, [&](int) { in_loop += 1; });
    c.claim(in_loop == 100);
  }
}

inline int entries_in_child(filch::thread_pool& pool) {
  claims c;
  claim_that_nothing_is_accepted(c, pool);
  c.claim(makes_a_working_pool());
  return c.first_wrong();
}

inline int entries_in_child_inside(filch::thread_pool& pool) {
  claims c;
  claim_that_forks_run_here(c);
  claim_that_nothing_is_accepted(c, pool);
  claim_that_forks_run_here(c);
  c.claim(makes_a_working_pool());
  c.claim(has_a_working_default_pool());
  return c.first_wrong();
}

}  // namespace filch_test
