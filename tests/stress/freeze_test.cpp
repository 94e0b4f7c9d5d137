// SPDX-License-Identifier: BSL-1.0
// "Lock-free": a worker is frozen for ever at each point between two shared-memory steps, and everything but the job that it
// holds must finish. Needs a library built with FILCH_POINTS.
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <thread>
#include <vector>

#include <filch/detail/atomic.hpp>
#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

using filch::detail::point;

// The first worker that comes to `where` stays there until it is let go.
struct freezer {
  std::atomic<int> where{-1};
  std::atomic<bool> frozen{false};
  std::atomic<bool> let_go{false};
};

freezer ice;

void freeze_here(point p) noexcept {
  if (static_cast<int>(p) != ice.where.load() || !filch::this_worker::index() || ice.frozen.exchange(true)) {
    return;
  }
  while (!ice.let_go.load()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

struct place {
  point where;
  const char* name;
};

// The frozen worker keeps one job at most; all else must finish.
constexpr std::array holds_one_job = {
    place{point::deque_push_before_publish, "deque: push, before publish"},
    place{point::deque_pop_after_reserve, "deque: pop, after reserve"},
    place{point::fork_deque_pop_after_reserve, "fork deque: pop, after reserve"},
    place{point::lane_take_before_take, "lane: take, before take"},
    place{point::inbox_push_before_publish, "inbox: push, before publish"},
    place{point::latch_set_before_unpark, "latch: set, before unpark"},
    place{point::sleepers_before_wake, "sleepers: before wake"},
    place{point::group_before_finish, "group: before finish"},
    place{point::claim_before_claim, "claim: before claim"},
};

// Here the frozen worker counts as a searcher, or becomes one when a submitter wakes it, so that others may go on sleeping;
// or it has taken a batch that it has not published (docs/design/deque.md). Work waits until it goes on.
constexpr std::array may_hold_up = {
    place{point::deque_steal_before_take, "deque: steal, before take"},
    place{point::fork_deque_steal_before_take, "fork deque: steal, before take"},
    place{point::sleepers_after_enlist, "sleepers: after enlist"},
    place{point::parker_before_sleep, "parker: before sleep"},
    place{point::lane_push_before_publish, "lane: push, before publish"},
    place{point::inbox_drain_after_take, "inbox: drain, after take"},
};

// How many of `total` small tasks end while one worker of three is frozen at `p`.
std::size_t ended_while_frozen(point p, std::size_t total, bool& met) {
  ice.where.store(-1);
  ice.frozen.store(false);
  ice.let_go.store(false);
  std::atomic<std::size_t> ended{0};
  std::atomic<std::size_t> at_rest{0};
  {
    filch::thread_pool pool(3);
    ice.where.store(static_cast<int>(p));
    // Submissions from outside, tasks that spawn tasks and wait for them, handles and forks: every kind of queue is used.
    const std::size_t rounds = total / 10;
    // Waits of outside threads park, on a latch that a worker sets.
    std::thread joiner([&pool] {
      for (int k = 0; k < 200; ++k) {
        pool.spawn([] { std::this_thread::sleep_for(std::chrono::microseconds(100)); }).join();
      }
    });
    for (std::size_t i = 0; i < rounds; ++i) {
      pool.execute([&pool, &ended] {
        for (int k = 0; k < 5; ++k) {
          pool.execute([&ended] { ended.fetch_add(1); });
        }
        filch::task_group group;
        for (int k = 0; k < 2; ++k) {
          group.run([&ended] { ended.fetch_add(1); });
        }
        group.wait();
        filch::fork_join([] {}, [&ended] { ended.fetch_add(1); });
        auto handle = pool.spawn([&ended] { ended.fetch_add(1); });
        handle.join();
        ended.fetch_add(1);
      });
      if (i % 100 == 99) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));  // workers run dry, and sleep and wake
      }
    }
    // Over when nothing has ended for a while.
    for (int quiet = 0; quiet < 100 && ended.load() < total; ++quiet) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      if (const std::size_t now = ended.load(); now != at_rest.load()) {
        at_rest.store(now);
        quiet = 0;
      }
    }
    at_rest.store(ended.load());
    met = ice.frozen.load();
    ice.let_go.store(true);
    joiner.join();
  }
  REQUIRE(ended.load() == total);
  return at_rest.load();
}

TEST_CASE("a frozen worker holds up nothing but its own job") {
  filch::detail::installed_point_hook().store(&freeze_here);
  constexpr std::size_t total = 5000;
  std::size_t stalls = 0;
  std::size_t points_met = 0;
  const auto freeze_at = [&](const place& p) {
    bool met = false;
    const std::size_t ended = ended_while_frozen(p.where, total, met);
    std::printf("  %-30s %s, %zu of %zu ended\n", p.name, met ? "frozen" : "not met", ended, total);
    points_met += met ? 1 : 0;
    return ended;
  };
  for (const place& p : holds_one_job) {
    // The job of a round, and what it would have submitted.
    stalls += total - freeze_at(p) > 10 ? 1 : 0;
  }
  std::printf("freeze: %zu points, %zu met, %zu stalls; points that may hold others up:\n", holds_one_job.size(),
              points_met, stalls);
  for (const place& p : may_hold_up) {
    freeze_at(p);
  }
  filch::detail::installed_point_hook().store(nullptr);
  REQUIRE(stalls == 0);
  REQUIRE(points_met == holds_one_job.size() + may_hold_up.size());
}

}  // namespace
