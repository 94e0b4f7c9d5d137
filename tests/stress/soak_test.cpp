// SPDX-License-Identifier: BSL-1.0
// Pools of random sizes, producers of random habits, bursts and pauses, for as long as FILCH_TEST_SOAK_SECONDS says: no
// task is lost or run twice, and the memory in use does not grow. FILCH_TEST_SEED repeats a run; above 120 s
// FILCH_TEST_TIMEOUT must be raised too.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "src/memory/block_cache.hpp"
#include "support/catch.hpp"
#include "support/resident.hpp"
#include "support/seed.hpp"

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

double seconds_asked() {
  const char* const text = std::getenv("FILCH_TEST_SOAK_SECONDS");
  return text != nullptr ? std::atof(text) : 3.0;
}

double resident_mib() { return static_cast<double>(filch_test::resident_kib()) / 1024; }

/// One entry for each task of a round: how often it ran.
class ledger {
 public:
  explicit ledger(std::size_t limit) : runs_(std::make_unique<std::atomic<std::uint8_t>[]>(limit)), limit_(limit) {}

  /// A task's number, or `limit` if there are enough.
  [[nodiscard]] std::size_t next() {
    const std::size_t n = next_.fetch_add(1, std::memory_order_relaxed);
    return n < limit_ ? n : limit_;
  }
  [[nodiscard]] std::size_t limit() const { return limit_; }
  void run(std::size_t number) { runs_[number].fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] std::size_t sent() const { return std::min(next_.load(), limit_); }
  [[nodiscard]] std::size_t count(bool (*is)(unsigned)) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < sent(); ++i) {
      n += is(runs_[i].load()) ? 1U : 0U;
    }
    return n;
  }

 private:
  std::unique_ptr<std::atomic<std::uint8_t>[]> runs_;
  std::size_t limit_;
  std::atomic<std::size_t> next_{0};
};

class round_of_work {
 public:
  round_of_work(std::uint64_t seed, ledger& book) : book_(book), random_(seed) {}

  void run() {
    filch::pool_options options{.threads = 1 + random_() % 8};
    options.idle = std::vector{filch::idle_policy::frugal(), filch::idle_policy::balanced()}[random_() % 2];
    options.waiting = random_() % 2 == 0 ? filch::waiting::descendants : filch::waiting::any;
    filch::thread_pool pool(std::move(options));
    std::vector<std::thread> producers;
    const auto end = steady::now() + 300ms;
    for (std::size_t n = 1 + random_() % 6; n > 0; --n) {
      producers.emplace_back([this, &pool, end, seed = random_()] {
        std::mt19937_64 random(seed);
        while (steady::now() < end && book_.sent() < book_.limit()) {
          submit(pool, random);
        }
      });
    }
    if (random_() % 4 == 0) {
      pool.trim();
    }
    for (std::thread& p : producers) {
      p.join();
    }
    if (random_() % 2 == 0) {
      pool.wait_idle();
      pool.trim();
    }
  }

 private:
  void submit(filch::thread_pool& pool, std::mt19937_64& random) {
    const std::size_t burst = std::size_t{1} << random() % 12;
    switch (random() % 6) {
      case 0:
        for (std::size_t i = 0; i < burst; ++i) {
          one([&](auto f) { pool.execute(std::move(f)); });
        }
        break;
      case 1: {
        std::vector<task> tasks;
        for (std::size_t i = 0; i < burst; ++i) {
          one([&](task t) { tasks.push_back(t); });
        }
        pool.execute_bulk(tasks.begin(), tasks.end());
        break;
      }
      case 2:
        one([&](auto f) { pool.spawn(std::move(f)).join(); });
        break;
      case 3:
        one([&](auto f) {
          pool.execute([f, this, &pool, burst]() mutable {
            f();
            for (std::size_t i = 0; i < burst; ++i) {
              one([&](auto g) { pool.execute(std::move(g)); });
            }
          });
        });
        break;
      case 4:
        pool.invoke([&] {
          filch::parallel_for(
              std::size_t{0}, burst, [&](std::size_t) { one([](auto f) { f(); }); }, filch::grain{1});
          filch::task_group group(pool);
          for (std::size_t i = 0; i < burst; ++i) {
            one([&](auto f) { group.run(std::move(f)); });
          }
          group.wait();
        });
        break;
      default:
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
        break;
    }
  }

  struct task {
    ledger* book;
    std::size_t number;
    void operator()() const { book->run(number); }
  };

  template <class Submit>
  void one(Submit how) {
    if (const std::size_t number = book_.next(); number != book_.limit()) {
      how(task{&book_, number});
    }
  }

  ledger& book_;
  std::mt19937_64 random_;
};

/// Gives back what the threads of a round that is over had in their caches.
void trim_what_ended() {
  filch::thread_pool pool(1);
  pool.wait_idle();
  pool.trim();
}

/// Least squares, MiB a minute.
double slope(const std::vector<std::pair<double, double>>& samples) {
  double t = 0;
  double m = 0;
  for (const auto& [at, value] : samples) {
    t += at / double(samples.size());
    m += value / double(samples.size());
  }
  double over = 0;
  double under = 0;
  for (const auto& [at, value] : samples) {
    over += (at - t) * (value - m);
    under += (at - t) * (at - t);
  }
  return under > 0 ? 60 * over / under : 0;
}

}  // namespace

TEST_CASE("soak: nothing is lost, nothing is run twice, memory stays") {
  std::mt19937_64 random(filch_test::seed());
  const auto begin = steady::now();
  const std::chrono::duration<double> limit(seconds_asked());
  std::size_t tasks = 0;
  std::size_t rounds = 0;
  double first = 0;  // MiB after a round, trimmed
  double most = 0;
  std::vector<std::pair<double, double>> memory;  // of the later half: seconds, MiB
  while (steady::now() - begin < limit) {
    const std::uint64_t seed = random();
    INFO("round " << rounds << ", seed " << seed);
    ledger this_round(2'000'000);
    round_of_work(seed, this_round).run();
    CHECK(this_round.count([](unsigned n) { return n == 0; }) == 0);
    CHECK(this_round.count([](unsigned n) { return n > 1; }) == 0);
    // All threads of the round have ended.
    const auto blocks = filch::detail::block_cache::take_census();
    CHECK(blocks.in_use == 0);
    CHECK(blocks.is_consistent);
    trim_what_ended();
    if (rounds == 0) {
      first = resident_mib();
    }
    most = std::max(most, resident_mib());
    tasks += this_round.sent();
    ++rounds;
    const std::chrono::duration<double> now = steady::now() - begin;
    if (now > limit / 2) {
      memory.emplace_back(now.count(), resident_mib());
    }
  }
  const double growth = slope(memory);
  std::printf("soak: %zu tasks in %zu rounds, %.0f s; memory %.1f MiB, %+.2f MiB a minute in the later half\n", tasks,
              rounds, std::chrono::duration<double>(steady::now() - begin).count(),
              memory.empty() ? 0.0 : memory.back().second, growth);
  std::printf("soak: %.1f MiB after the first round, at most %.1f after a later one\n", first, most);
  REQUIRE(rounds > 1);
  if (filch_test::memory_tells) {
    CHECK(most < first + 16);
  }
  // The slope of a short run says nothing.
  if (limit > 60s) {
    CHECK(growth < 2);
  }
}
