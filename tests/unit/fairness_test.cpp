// SPDX-License-Identifier: BSL-1.0
// Outside tasks get their turn though the workers never run out of work of their own.
#include <filch/thread_pool.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <thread>

#include <filch/this_worker.hpp>

#include "support/blocker.hpp"
#include "support/catch.hpp"

namespace {

constexpr std::size_t max_workers = 4;

/// Tasks that submit themselves again for ever, `chains` for each worker, counted by the worker that runs them.
class local_work {
 public:
  local_work(filch::thread_pool& pool, std::size_t chains) : pool_(pool) {
    for (std::size_t i = 0; i < chains; ++i) {
      pool.execute([this] { go_on(); });
    }
  }
  ~local_work() {
    stop_ = true;
    pool_.wait_idle();
  }
  local_work(const local_work&) = delete;
  local_work& operator=(const local_work&) = delete;

  [[nodiscard]] std::uint64_t run_by(std::size_t worker) const { return run_[worker]; }

 private:
  void go_on() {
    ++run_[*filch::this_worker::index()];
    if (!stop_) {
      pool_.execute([this] { go_on(); });
    }
  }

  filch::thread_pool& pool_;
  std::atomic<bool> stop_{false};
  std::array<std::atomic<std::uint64_t>, max_workers> run_{};
};

/// How many local tasks the worker that starts an outside task has run since it was submitted; the most of so many
/// tries.
std::uint64_t worst_wait(filch::thread_pool& pool, const local_work& work, int tries) {
  std::uint64_t worst = 0;
  for (int i = 0; i < tries; ++i) {
    struct start {
      std::size_t worker;
      std::uint64_t run;
    };
    auto task = pool.spawn([&work] {
      const std::size_t w = *filch::this_worker::index();
      return start{w, work.run_by(w)};
    });
    std::array<std::uint64_t, max_workers> submitted{};
    for (std::size_t w = 0; w < max_workers; ++w) {
      submitted[w] = work.run_by(w);
    }
    const start at = task.join();
    worst = std::max(worst, at.run - std::min(at.run, submitted[at.worker]));
  }
  return worst;
}

// Submits itself until nothing is left to wait for.
struct poller {
  filch::thread_pool* pool;
  std::atomic<int>* left;
  std::atomic<long>* rounds;
  void operator()() const {
    rounds->fetch_add(1);
    if (left->load() != 0) {
      pool->execute(poller(*this));
    }
  }
};

}  // namespace

TEST_CASE("an outside task starts within a thousand local tasks of its worker, in ten thousand tries") {
  for (const std::size_t workers : {std::size_t{1}, std::size_t{2}}) {
    filch::thread_pool pool(workers);
    const local_work work(pool, 3 * workers);
    const std::uint64_t worst = worst_wait(pool, work, 10'000);
    std::printf("%zu workers: at most %llu local tasks before the outside one\n", workers,
                static_cast<unsigned long long>(worst));
    REQUIRE(worst <= 1'000);
  }
}

TEST_CASE("an outside task does not wait for the end of a long task on the worker where it lies") {
  filch::thread_pool pool(2);
  filch_test::blocker busy(pool);
  {
    const local_work work(pool, 3);
    // One of two submitters has the blocked worker's inbox.
    for (int submitter = 0; submitter < 2; ++submitter) {
      std::thread([&] { static_cast<void>(worst_wait(pool, work, 100)); }).join();
    }
    busy.open();
  }
}

TEST_CASE("older tasks run while another one submits itself again and again") {
  filch::thread_pool pool(1);
  std::atomic<int> left = 5;
  std::atomic<long> rounds = 0;
  pool.execute([&] {
    for (int i = 0; i < 5; ++i) {
      pool.execute([&] { left.fetch_sub(1); });
    }
    pool.execute(poller{&pool, &left, &rounds});
  });
  pool.wait_idle();
  REQUIRE(left == 0);
  REQUIRE(rounds > 1);
}
