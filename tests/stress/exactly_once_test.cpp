// SPDX-License-Identifier: BSL-1.0
// Every task runs exactly once: its state word goes 0 -> 1 -> 2 by compare-exchange, its payload is summed at both
// ends. FILCH_TEST_SEED repeats a run; each pattern ends after a fixed time.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/seed.hpp"

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

constexpr auto time_per_pattern = 250ms;

using filch_test::seed;

// Counts both ends of all tasks of one pattern.
struct ledger {
  std::atomic<std::uint64_t> sent{0};
  std::atomic<std::uint64_t> sent_sum{0};
  std::atomic<std::uint64_t> ran{0};
  std::atomic<std::uint64_t> ran_sum{0};
  std::atomic<std::uint64_t> doubled{0};
  std::atomic<std::int64_t> alive{0};
};

// The state word outlives the callable's moves; the last copy of the callable checks it.
class token {
 public:
  token(ledger& l, std::uint64_t payload) : ledger_(&l), state_(new std::atomic<int>(0)), payload_(payload) {
    l.sent.fetch_add(1, std::memory_order_relaxed);
    l.sent_sum.fetch_add(payload, std::memory_order_relaxed);
    l.alive.fetch_add(1, std::memory_order_relaxed);
  }
  token(token&& o) noexcept : ledger_(o.ledger_), state_(std::exchange(o.state_, nullptr)), payload_(o.payload_) {}
  token(const token&) = delete;
  token& operator=(const token&) = delete;
  ~token() {
    if (state_ != nullptr) {
      step(1);
      delete state_;
      ledger_->alive.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  void begin() {
    step(0);
    ledger_->ran.fetch_add(1, std::memory_order_relaxed);
    ledger_->ran_sum.fetch_add(payload_, std::memory_order_relaxed);
  }
  [[nodiscard]] ledger& book() const { return *ledger_; }
  [[nodiscard]] std::uint64_t payload() const { return payload_; }

 private:
  void step(int from) {
    if (!state_->compare_exchange_strong(from, from + 1)) {
      ledger_->doubled.fetch_add(1);
    }
  }
  ledger* ledger_;
  std::atomic<int>* state_;
  std::uint64_t payload_;
};

struct figures {
  unsigned long long tasks = 0;
  unsigned long long stolen = 0;
  unsigned long long parks = 0;
  unsigned long long wakes = 0;
  long long lost = 0;
  unsigned long long doubled = 0;

  void print(const std::string& what) const {
    std::printf("exactly_once: %-32s %9llu tasks, %8llu stolen, %7llu parks, %7llu wakes, lost %lld, doubled %llu\n",
                what.c_str(), tasks, stolen, parks, wakes, lost, doubled);
  }
};

void check(filch::thread_pool& pool, const ledger& l, const std::string& pattern) {
  const auto m = pool.metrics();
  const figures now{l.ran.load(), m.tasks_stolen, m.parks, m.wakes,
                    static_cast<long long>(l.sent.load()) - static_cast<long long>(l.ran.load()), l.doubled.load()};
  now.print(pattern);
  INFO(pattern);
  REQUIRE(l.sent.load() > 0);
  REQUIRE(l.ran.load() == l.sent.load());
  REQUIRE(l.ran_sum.load() == l.sent_sum.load());
  REQUIRE(l.doubled.load() == 0);
  REQUIRE(l.alive.load() == 0);
}

struct spawner {
  token mine;
  filch::thread_pool* pool;
  int depth;
  void operator()() {
    mine.begin();
    for (int i = 0; depth > 0 && i < 2; ++i) {
      pool->execute(spawner{token(mine.book(), mine.payload() * 31 + 7), pool, depth - 1});
    }
  }
};

struct chain_link {
  token mine;
  filch::thread_pool* pool;
  steady::time_point end;
  void operator()() {
    mine.begin();
    if (steady::now() < end) {
      pool->execute(chain_link{token(mine.book(), mine.payload() + 1), pool, end});
    }
  }
};

struct plain {
  token mine;
  void operator()() { mine.begin(); }
};

void spawn_tasks(filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
  while (steady::now() < end) {
    pool.execute(spawner{token(l, random()), &pool, static_cast<int>(random() % 10)});
    // The workers multiply what comes in: without a bound they would go on long after the time is over.
    while (l.sent.load() - l.ran.load() > 10'000) {
      std::this_thread::yield();
    }
  }
}

void follow_chain(filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
  pool.execute(chain_link{token(l, random()), &pool, end});
}

void join_one_by_one(filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
  while (steady::now() < end) {
    pool.spawn(plain{token(l, random())}).join();
  }
}

void burst_and_rest(filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
  while (steady::now() < end) {
    for (std::uint64_t n = random() % 64 + 1; n > 0; --n) {
      pool.execute(plain{token(l, random())});
    }
    pool.wait_idle();
  }
}

void mix_everything(filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
  std::vector<std::thread> producers;
  for (int p = 0; p < 3; ++p) {
    producers.emplace_back([&, own = std::mt19937_64(random())]() mutable {
      while (steady::now() < end) {
        filch::task_group group(pool);
        for (int i = 0; i < 8; ++i) {
          group.run(plain{token(l, own())});
          pool.execute(spawner{token(l, own()), &pool, 2});
        }
        filch::parallel_for(
            pool, 0, 16, [&l](int i) { plain{token(l, static_cast<std::uint64_t>(i))}(); }, filch::grain{1});
        group.wait();
      }
    });
  }
  for (auto& t : producers) {
    t.join();
  }
}

template <class Pattern>
void on_all_pools(const char* name, Pattern pattern) {
  const std::size_t cpus = filch::available_parallelism();
  for (const std::size_t threads : {std::size_t{1}, cpus + 1, 8 * cpus}) {
    for (const bool spins : {false, true}) {
      filch::thread_pool pool(filch::pool_options{
          .threads = threads, .idle = spins ? filch::idle_policy::balanced() : filch::idle_policy::frugal()});
      ledger l;
      std::mt19937_64 random(seed() + threads * 2 + (spins ? 1 : 0));
      pattern(pool, l, random, steady::now() + time_per_pattern);
      pool.wait_idle();
      check(pool, l,
            std::string(name) + ", " + std::to_string(threads) + (spins ? " threads, spin" : " threads, no spin"));
    }
  }
}

}  // namespace

TEST_CASE("tasks that spawn tasks") { on_all_pools("spawn", &spawn_tasks); }

TEST_CASE("one dependent chain: task n submits n + 1, nothing else is in flight") {
  on_all_pools("chain", &follow_chain);
}

TEST_CASE("a chain through the outside: each task is submitted when the one before has run") {
  on_all_pools("outside", &join_one_by_one);
}

TEST_CASE("burst, then silence") { on_all_pools("burst", &burst_and_rest); }

TEST_CASE("several producers, groups and forks at once") { on_all_pools("mixed", &mix_everything); }

TEST_CASE("all patterns together in one pool") {
  on_all_pools("together", [](filch::thread_pool& pool, ledger& l, std::mt19937_64& random, steady::time_point end) {
    std::vector<std::thread> threads;
    for (const auto pattern : {&spawn_tasks, &follow_chain, &join_one_by_one, &burst_and_rest, &mix_everything}) {
      threads.emplace_back([&, pattern, own = std::mt19937_64(random())]() mutable { pattern(pool, l, own, end); });
    }
    for (auto& t : threads) {
      t.join();
    }
  });
}

TEST_CASE("submit during shutdown: what was accepted runs, what was refused does not") {
  std::mt19937_64 random(seed());
  const auto end = steady::now() + 1s;
  std::uint64_t rounds = 0;
  std::uint64_t lost = 0;
  while (steady::now() < end) {
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> ran{0};
    std::vector<std::thread> producers;
    filch::thread_pool pool(1 + random() % 4);
    std::atomic<int> ready{0};
    for (int p = 0; p < 2; ++p) {
      producers.emplace_back([&] {
        ready.fetch_add(1);
        while (pool.try_execute([&] { ran.fetch_add(1); }) == filch::submit_status::accepted) {
          accepted.fetch_add(1);
          std::this_thread::yield();
        }
      });
    }
    while (ready.load() != 2) {
      std::this_thread::yield();
    }
    for (std::uint64_t i = random() % 64; i > 0; --i) {
      std::this_thread::yield();
    }
    pool.shutdown();
    for (auto& t : producers) {
      t.join();
    }
    lost += accepted.load() == ran.load() ? 0 : 1;
    ++rounds;
  }
  std::printf("exactly_once: %llu shutdowns\n", static_cast<unsigned long long>(rounds));
  REQUIRE(lost == 0);
}
