// SPDX-License-Identifier: BSL-1.0
// "Lock-free": a worker is frozen for ever at each point between two shared-memory steps. What the README promises for
// it must be kept: all finishes but what the worker holds, and, if it counts as a searcher, at most 32 tasks of each
// submitting thread. Needs a library built with FILCH_POINTS.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <thread>

#include <filch/detail/base/atomic.hpp>
#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/watchdog.hpp"

namespace {

using filch::detail::test_point;

// The first worker that comes to `where` stays there until it is let go.
struct freezer {
  std::atomic<int> where{-1};
  std::atomic<bool> frozen{false};
  std::atomic<bool> let_go{false};
};

freezer ice;

void freeze_here(test_point p) noexcept {
  if (static_cast<int>(p) != ice.where.load() || !filch::this_worker::index() || ice.frozen.exchange(true)) {
    return;
  }
  while (!ice.let_go.load()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// What the frozen worker may keep from ending.
enum class keeps : unsigned char {
  one_task,
  submissions,  ///< it counts as a searcher, or becomes one when a submitter wakes it
  a_batch,      ///< what was in the inbox that it has emptied (docs/design/deque.md); and it was a searcher before
};

struct place {
  test_point where;
  const char* name;
  keeps kept;
};

constexpr std::array places = {
    place{test_point::deque_push_before_publish, "deque: push, before publish", keeps::one_task},
    place{test_point::deque_pop_after_reserve, "deque: pop, after reserve", keeps::one_task},
    place{test_point::fork_deque_pop_after_reserve, "fork deque: pop, after reserve", keeps::one_task},
    place{test_point::fifo_take_before_take, "fifo: take, before take", keeps::one_task},
    place{test_point::inbox_push_before_publish, "inbox: push, before publish", keeps::one_task},
    place{test_point::latch_set_before_unpark, "latch: set, before unpark", keeps::one_task},
    place{test_point::sleepers_before_wake, "sleepers: before wake", keeps::one_task},
    place{test_point::group_before_finish, "group: before finish", keeps::one_task},
    place{test_point::claim_before_claim, "claim: before claim", keeps::one_task},
    place{test_point::deque_steal_before_take, "deque: steal, before take", keeps::submissions},
    place{test_point::fork_deque_steal_before_take, "fork deque: steal, before take", keeps::submissions},
    place{test_point::sleepers_after_enlist, "sleepers: after enlist", keeps::submissions},
    place{test_point::parker_before_sleep, "parker: before sleep", keeps::submissions},
    place{test_point::fifo_push_before_publish, "fifo: push, before publish", keeps::a_batch},
    place{test_point::inbox_drain_after_take, "inbox: drain, after take", keeps::a_batch},
};

constexpr std::size_t patience = 32;  // submissions of a thread that may rely on a stopped searcher (README.md)

/// Rounds of work, each begun by one submission of the main thread.
class rounds {
 public:
  explicit rounds(filch::thread_pool& pool) : pool_(pool) {}

  /// Submissions from outside, tasks that spawn tasks and wait for them, handles and forks: every kind of queue is
  /// used.
  void submit() {
    pool_.execute([this] {
      for (int k = 0; k < 5; ++k) {
        pool_.execute([this] { small_ended_.fetch_add(1); });
      }
      filch::task_group group;
      for (int k = 0; k < 2; ++k) {
        group.run([this] { small_ended_.fetch_add(1); });
      }
      group.wait();
      filch::fork_join([] {}, [this] { small_ended_.fetch_add(1); });
      auto handle = pool_.spawn([this] { small_ended_.fetch_add(1); });
      handle.join();
      ended_.fetch_add(1);
    });
    ++submitted_;
  }
  [[nodiscard]] std::size_t submitted() const { return submitted_; }
  /// Rounds that have not ended, or of which a task has not.
  [[nodiscard]] std::size_t unfinished() const {
    const std::size_t small = submitted_ * small_in_round - small_ended_.load();
    return std::max(submitted_ - ended_.load(), (small + small_in_round - 1) / small_in_round);
  }

 private:
  static constexpr std::size_t small_in_round = 9;

  filch::thread_pool& pool_;
  std::size_t submitted_ = 0;
  std::atomic<std::size_t> ended_{0};
  std::atomic<std::size_t> small_ended_{0};
};

// As long as the watchdog allows, so that a promise that is kept late on a loaded machine counts as kept.
template <class Condition>
void wait_until(Condition holds) {
  while (!holds()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// If the promise of the place is not kept, the watchdog ends the test.
void freeze_at(const place& p) {
  filch_test::watchdog::rearm(p.name);
  ice.where.store(-1);
  ice.frozen.store(false);
  ice.let_go.store(false);
  filch::thread_pool pool(3);
  rounds before(pool);
  rounds after(pool);
  ice.where.store(static_cast<int>(p.where));
  // Waits of outside threads park, on a latch that a worker sets.
  std::thread joiner([&pool] {
    for (int k = 0; k < 200; ++k) {
      pool.spawn([] { std::this_thread::sleep_for(std::chrono::microseconds(100)); }).join();
    }
  });
  while (!ice.frozen.load()) {
    before.submit();
    if (before.submitted() % 100 == 99) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // workers run dry, and sleep and wake
    }
  }
  while (after.submitted() < 500) {
    after.submit();
    if (after.submitted() % 100 == 99) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  const auto is_kept = [&] {
    switch (p.kept) {
      case keeps::one_task:
        return before.unfinished() + after.unfinished() <= 1;
      case keeps::submissions:
        return before.unfinished() + after.unfinished() <= patience + 1;
      case keeps::a_batch:
        return after.unfinished() <= patience;
    }
    return false;
  };
  wait_until(is_kept);
  std::printf("  %-30s %zu rounds before it, of which %zu unfinished; %zu after it, of which %zu\n", p.name,
              before.submitted(), before.unfinished(), after.submitted(), after.unfinished());
  ice.let_go.store(true);
  joiner.join();
  pool.wait_idle();
  REQUIRE(before.unfinished() == 0);
  REQUIRE(after.unfinished() == 0);
}

TEST_CASE("a frozen worker holds up what the README says, and nothing else") {
  filch::detail::installed_test_point_hook().store(&freeze_here);
  for (const place& p : places) {
    freeze_at(p);
  }
  filch::detail::installed_test_point_hook().store(nullptr);
  std::printf("freeze: %zu points, 0 stalls\n", places.size());
}

}  // namespace
