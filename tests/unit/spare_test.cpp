// SPDX-License-Identifier: BSL-1.0
// Threads that run in the place of tasks that wait (docs/design/guests-and-spares.md, "Spares").
#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <filch/filch.hpp>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;

/// A task of `pool` that is parked in a wait for another one, which ends with `end`. They take two workers.
class parked_wait {
 public:
  explicit parked_wait(filch::thread_pool& pool) {
    const auto parked = pool.metrics().waits_parked;
    std::promise<void> begun;
    std::future<void> end = end_.get_future();
    awaited_ = pool.spawn([&begun, end = std::move(end)] {
      begun.set_value();
      end.wait();
    });
    begun.get_future().wait();
    waiter_ = pool.spawn([this] { awaited_.wait(); });
    while (pool.metrics().waits_parked == parked) {
      std::this_thread::yield();
    }
  }
  ~parked_wait() {
    if (!ended_) {
      end();
    }
  }
  parked_wait(const parked_wait&) = delete;
  parked_wait& operator=(const parked_wait&) = delete;

  void end() {
    ended_ = true;
    end_.set_value();
    waiter_.join();
  }

 private:
  std::promise<void> end_;
  filch::join_handle<void> awaited_;
  filch::join_handle<void> waiter_;
  bool ended_ = false;
};

}  // namespace

TEST_CASE("a spare runs what is queued while a task sleeps in a wait") {
  filch::thread_pool pool(2);
  parked_wait wait(pool);
  const std::optional<std::size_t> index = pool.spawn([] { return filch::this_worker::index(); }).join();
  REQUIRE(index.has_value());
  REQUIRE(*index >= pool.thread_count());
  REQUIRE(*index < filch::this_worker::index_limit(pool));
  REQUIRE(pool.metrics().spares == 1);
}

TEST_CASE("spares are used again") {
  filch::thread_pool pool(2);
  for (int i = 0; i < 50; ++i) {
    parked_wait wait(pool);
    pool.spawn([] {}).join();
  }
  // One more may be made while the last one is on its way to sleep.
  REQUIRE(pool.metrics().spares <= 3);
}

TEST_CASE("without spares what is queued waits") {
  filch::thread_pool pool({.threads = 2, .max_spares = 0});
  std::atomic<bool> ran{false};
  {
    parked_wait wait(pool);
    pool.execute([&] { ran = true; });
    std::this_thread::sleep_for(20ms);
    REQUIRE_FALSE(ran.load());
  }
  pool.wait_idle();
  REQUIRE(ran.load());
  REQUIRE(pool.metrics().spares == 0);
}

TEST_CASE("no more spares are made than are allowed") {
  filch::thread_pool pool({.threads = 2, .max_spares = 2});
  std::promise<void> end;
  std::vector<filch::join_handle<void>> chain;
  chain.push_back(pool.spawn([ended = end.get_future()] { ended.wait(); }));
  chain.reserve(4);
  // Each waits for the one before, on a thread of its own: the other worker and two spares.
  for (std::size_t i = 0; i < 3; ++i) {
    chain.push_back(pool.spawn([&chain, i] { chain[i].wait(); }));
    while (pool.metrics().waits_parked <= i) {
      std::this_thread::yield();
    }
  }
  REQUIRE(pool.metrics().spares == 2);
  std::atomic<bool> ran{false};
  pool.execute([&] { ran = true; });
  end.set_value();
  pool.wait_idle();
  REQUIRE(ran.load());
  REQUIRE(pool.metrics().spares == 2);
}

TEST_CASE("no more tasks run at a time than there are workers and resumed waits") {
  filch::thread_pool pool(1);
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  // With one worker nobody else runs what a task waits for, so no spare is made, and one task runs at a time.
  for (int i = 0; i < 1000; ++i) {
    pool.execute([&] {
      const int now = running.fetch_add(1) + 1;
      for (int seen = most.load(); seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      running.fetch_sub(1);
      filch::thread_pool* const mine = filch::this_worker::pool();
      mine->spawn([] {}).join();
    });
  }
  pool.wait_idle();
  REQUIRE(most.load() == 1);
  REQUIRE(pool.metrics().spares == 0);
}

TEST_CASE("when a wait goes on, the spare that ran in its place makes way") {
  filch::thread_pool pool(2);
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::atomic<int> ran{0};
  std::atomic<bool> stop{false};
  struct again {
    filch::thread_pool* pool;
    std::atomic<int>*running, *most, *ran;
    std::atomic<bool>* stop;
    void operator()() const {
      const int now = running->fetch_add(1) + 1;
      for (int seen = most->load(); seen < now && !most->compare_exchange_weak(seen, now);) {
      }
      std::this_thread::yield();  // so that a third thread would be seen on two CPUs too
      ran->fetch_add(1);
      running->fetch_sub(1);
      if (!stop->load()) {
        pool->execute(*this);
      }
    }
  };
  const auto run_more = [&](int count) {
    for (const int first = ran.load(); ran.load() - first < count;) {
      std::this_thread::yield();
    }
  };
  {
    parked_wait wait(pool);
    for (int i = 0; i < 60; ++i) {
      pool.execute(again{&pool, &running, &most, &ran, &stop});
    }
    run_more(100);
  }
  // The spare first ends what it has in hand, which takes as long as the system keeps it from running: the watchdog's
  // time.
  do {
    most = 0;
    run_more(2000);
  } while (most > 2);
  most = 0;
  run_more(40'000);
  const int most_after = most;
  stop = true;
  pool.wait_idle();
  REQUIRE(pool.metrics().spares >= 1);
  REQUIRE(most_after <= 2);
}

TEST_CASE("spares have the hooks of workers, and end with the pool") {
  std::atomic<int> started{0};
  std::atomic<int> stopped{0};
  std::uint64_t spares = 0;
  {
    filch::thread_pool pool({.threads = 2,
                             .on_thread_start = [&](std::size_t) { started.fetch_add(1); },
                             .on_thread_stop = [&](std::size_t) { stopped.fetch_add(1); }});
    const parked_wait wait(pool);
    pool.spawn([] {}).join();
    spares = pool.metrics().spares;
  }
  REQUIRE(spares >= 1);
  REQUIRE(started.load() == 2 + static_cast<int>(spares));
  REQUIRE(stopped.load() == started.load());
}

TEST_CASE("a pool is shut down while a spare runs the place of a wait") {
  for (int i = 0; i < 200; ++i) {
    auto pool = std::make_unique<filch::thread_pool>(2);
    auto wait = std::make_unique<parked_wait>(*pool);
    std::atomic<int> ran{0};
    for (int k = 0; k < 10; ++k) {
      pool->execute([&] { ran.fetch_add(1); });
    }
    std::thread closer([&] { pool->shutdown(); });
    wait.reset();
    closer.join();
    REQUIRE(ran.load() == 10);
  }
}

TEST_CASE("a task that runs on a spare destroys the pool") {
  auto* pool = new filch::thread_pool(2);
  auto wait = std::make_unique<parked_wait>(*pool);
  std::promise<bool> destroyed;
  pool->execute([&, pool] {
    const bool on_spare = filch::this_worker::index() >= pool->thread_count();
    delete pool;
    destroyed.set_value(on_spare);
  });
  REQUIRE(destroyed.get_future().get());
  wait->end();
}

TEST_CASE("a bad number of spares is refused") {
  REQUIRE_THROWS_AS(filch::thread_pool({.threads = 1, .max_spares = 100'000}), std::invalid_argument);
}
