// SPDX-License-Identifier: BSL-1.0
// Whose the cache of blocks of a worker's thread is: while it works, while it sleeps, and after it has ended.
#include "src/worker/idle_memory.hpp"

#include <string>
#include <vector>

#include "explorer/policy.hpp"
#include "models.hpp"
#include "support/catch.hpp"

namespace {

using filch_model::check;
using filch_model::join_all;
using filch_model::model;
using filch_model::policy;
using filch_model::start;

/// A mutex over a futex, as Drepper's third.
class model_mutex {
 public:
  void lock() {
    while (word_.exchange(contended, std::memory_order_acquire) != open) {
      policy::futex::wait(word_, contended);
    }
  }
  [[nodiscard]] bool try_lock() {
    std::uint32_t expected = open;
    return word_.compare_exchange_strong(expected, locked, std::memory_order_acquire, std::memory_order_relaxed);
  }
  void unlock() {
    if (word_.exchange(open, std::memory_order_release) == contended) {
      policy::futex::wake_one(&word_);
    }
  }

 private:
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t locked = 1;
  static constexpr std::uint32_t contended = 2;

  policy::futex::word word_{open};
};

/// Free blocks. Two threads that touch them at once are a race.
struct cache {
  policy::plain<int> blocks{0};

  void use() { blocks.set(blocks.get() + 1); }
};

using idle_memory = filch::detail::basic_idle_memory<cache, model_mutex, policy>;

constexpr auto trim = [](cache* c) {
  if (c != nullptr) {
    c->use();
  }
};

void a_trim_against_a_worker_that_sleeps_and_wakes() {
  idle_memory memory;
  cache c;
  start("worker", [&] {
    memory.begin();
    c.use();
    memory.fall_asleep(&c, 0, trim);
    memory.wake_up();
    c.use();
    memory.end();
  });
  start("trimmer", [&] { memory.trim_if_asleep(1, trim); });
  join_all();
}

// When the worker's thread has ended its cache is another thread's.
void a_trim_against_the_heir_of_a_worker() {
  idle_memory memory;
  cache c;
  policy::atomic<bool> is_handed_on{false};
  start("worker", [&] {
    memory.begin();
    memory.fall_asleep(&c, 0, trim);
    memory.wake_up();
    memory.end();
    is_handed_on.store(true, std::memory_order_release);
  });
  start("heir", [&] {
    if (is_handed_on.load(std::memory_order_acquire)) {
      c.use();
    }
  });
  start("trimmer", [&] { memory.trim_if_asleep(1, trim); });
  join_all();
}

// The hook of a thread that ends works once more.
void a_trim_against_the_hook_of_a_worker_that_ends() {
  idle_memory memory;
  cache c;
  start("worker", [&] {
    memory.begin();
    memory.fall_asleep(&c, 0, trim);
    memory.wake_up();
    memory.end();
    c.use();
    memory.begin();
    c.use();
    memory.end();
  });
  start("trimmer", [&] { memory.trim_if_asleep(1, trim); });
  join_all();
}

// Two trims, of which the worker has seen one: it is trimmed by one thread at a time.
void two_trims_against_a_worker() {
  idle_memory memory;
  cache c;
  start("worker", [&] {
    memory.begin();
    memory.fall_asleep(&c, 1, trim);
    memory.wake_up();
    memory.end();
  });
  start("trimmer 1", [&] { memory.trim_if_asleep(1, trim); });
  start("trimmer 2", [&] { memory.trim_if_asleep(2, trim); });
  join_all();
}

const std::vector<model> models = {
    {"a trim against a worker that sleeps and wakes", a_trim_against_a_worker_that_sleeps_and_wakes},
    {"a trim against the heir of a worker", a_trim_against_the_heir_of_a_worker},
    {"a trim against the hook of a worker that ends", a_trim_against_the_hook_of_a_worker_that_ends},
    {"two trims against a worker", two_trims_against_a_worker},
};

TEST_CASE("idle memory: every execution is right") {
  const std::string problems = filch_model::explore_models(models);
  INFO(problems);
  REQUIRE(problems.empty());
}

TEST_CASE("idle memory: the reduction loses no execution") {
  REQUIRE(filch_model::models_that_reduction_harms(models) == std::vector<std::string>{});
}

}  // namespace
