// SPDX-License-Identifier: BSL-1.0
#include <filch/pool_options.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <filch/filch.hpp>

#include "support/catch.hpp"
#include "support/on_worker.hpp"

using filch_test::on_worker;

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace {

// A pool of one worker whose worker is held until `open`.
struct held_pool {
  explicit held_pool(filch::pool_options options) : pool(std::move(options)) {
    std::promise<void> started;
    pool.execute([&, gate = gate_.get_future()] {
      started.set_value();
      gate.wait();
    });
    started.get_future().wait();
  }
  void open() { gate_.set_value(); }

 private:
  std::promise<void> gate_;

 public:
  filch::thread_pool pool;
};

}  // namespace

TEST_CASE("start and stop hooks run once on each worker, first and last") {
  std::atomic<int> started{0};
  std::atomic<int> stopped{0};
  std::atomic<unsigned> indices{0};
  std::atomic<int> outside{0};
  {
    filch::thread_pool pool(filch::pool_options{.threads = 3,
                                                .on_thread_start =
                                                    [&](std::size_t i) {
                                                      started.fetch_add(1);
                                                      indices.fetch_or(1u << i);
                                                      outside.fetch_add(filch::this_worker::index() == i ? 0 : 1);
                                                    },
                                                .on_thread_stop =
                                                    [&](std::size_t i) {
                                                      stopped.fetch_add(1);
                                                      indices.fetch_and(~(1u << i));
                                                    }});
    pool.wait_idle();
    REQUIRE(stopped.load() == 0);
  }
  REQUIRE(started.load() == 3);
  REQUIRE(stopped.load() == 3);
  REQUIRE(indices.load() == 0);
  REQUIRE(outside.load() == 0);
}

TEST_CASE("a hook that throws is counted and handed on; the worker works") {
  std::atomic<int> handed{0};
  filch::thread_pool pool(
      filch::pool_options{.threads = 2,
                          .on_thread_start = [](std::size_t) { throw std::runtime_error("start"); },
                          .on_thread_stop = [](std::size_t) { throw std::runtime_error("stop"); },
                          .on_unhandled_exception = [&](std::exception_ptr) { handed.fetch_add(1); }});
  REQUIRE(pool.spawn([] { return 5; }).join() == 5);
  pool.wait_idle();
  const auto report = pool.shutdown();
  REQUIRE(handed.load() == 4);
  REQUIRE(report.unhandled == 4);
}

TEST_CASE("on_unhandled_exception that throws is counted too") {
  filch::thread_pool pool(
      filch::pool_options{.threads = 1, .on_unhandled_exception = [](std::exception_ptr) { throw 1; }});
  pool.execute([] { throw 2; });
  pool.wait_idle();
  REQUIRE(pool.metrics().unhandled_exceptions == 2);
}

#if defined(__linux__)
TEST_CASE("workers have the pool's name and their index") {
  filch::thread_pool pool(filch::pool_options{.threads = 1, .name = "a-rather-long-name"});
  const std::string name = on_worker(pool, [] {
    char text[32] = {};
    pthread_getname_np(pthread_self(), text, sizeof(text));
    return std::string(text);
  });
  REQUIRE(name == "a-rather-long-0");
}

TEST_CASE("a stack size is obeyed, an impossible one is an error") {
  filch::thread_pool pool(filch::pool_options{.threads = 1, .stack_size = 8u << 20});
  const std::size_t size = on_worker(pool, [] {
    pthread_attr_t a;
    pthread_getattr_np(pthread_self(), &a);
    std::size_t n = 0;
    pthread_attr_getstacksize(&a, &n);
    pthread_attr_destroy(&a);
    return n;
  });
  REQUIRE(size >= 8u << 20);
  REQUIRE_THROWS_AS(filch::thread_pool(filch::pool_options{.threads = 1, .stack_size = 1}), std::system_error);
  std::error_code ec;
  REQUIRE(filch::thread_pool::build(filch::pool_options{.threads = 1, .stack_size = 1}, ec) == nullptr);
  REQUIRE(ec == std::errc::invalid_argument);
}

TEST_CASE("affinity binds each worker to one allowed CPU") {
  cpu_set_t allowed;
  REQUIRE(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
  for (const auto how : {filch::affinity::compact, filch::affinity::spread, filch::affinity::none}) {
    std::atomic<int> wrong{0};
    {
      filch::thread_pool pool(
          filch::pool_options{.threads = 3, .affinity = how, .on_thread_start = [&](std::size_t) {
                                cpu_set_t mine;
                                sched_getaffinity(0, sizeof(mine), &mine);
                                cpu_set_t both;
                                CPU_AND(&both, &mine, &allowed);
                                const int want = how == filch::affinity::none ? CPU_COUNT(&allowed) : 1;
                                wrong.fetch_add(CPU_COUNT(&mine) == want && CPU_EQUAL(&both, &mine) ? 0 : 1);
                              }});
    }
    REQUIRE(wrong.load() == 0);
  }
}
#endif

TEST_CASE("reject: execute throws pool_full and leaves the callable untouched") {
  held_pool held({.threads = 1, .max_pending = 2, .on_full = filch::on_full::reject});
  std::atomic<int> ran{0};
  held.pool.execute([&] { ran.fetch_add(1); });
  held.pool.execute([&] { ran.fetch_add(1); });
  auto task = [&ran, owned = std::make_unique<int>(1)] { ran.fetch_add(*owned); };
  REQUIRE_THROWS_AS(held.pool.execute(std::move(task)), filch::pool_full);
  REQUIRE(held.pool.try_execute(std::move(task)) == filch::submit_status::full);
  REQUIRE_THROWS_AS(held.pool.spawn(std::move(task)), filch::pool_full);
  held.open();
  held.pool.wait_idle();
  REQUIRE(ran.load() == 2);
  REQUIRE(held.pool.try_execute(std::move(task)) == filch::submit_status::accepted);
  held.pool.wait_idle();
  REQUIRE(ran.load() == 3);
}

TEST_CASE("run_in_caller: the submitting thread runs the task, and its exception is unhandled") {
  held_pool held({.threads = 1, .max_pending = 1, .on_full = filch::on_full::run_in_caller});
  held.pool.execute([] {});
  std::thread::id ran_on;
  held.pool.execute([&] { ran_on = std::this_thread::get_id(); });
  REQUIRE(ran_on == std::this_thread::get_id());
  held.pool.execute([] { throw std::runtime_error("in place"); });
  REQUIRE(held.pool.metrics().unhandled_exceptions == 1);
  auto handle = held.pool.spawn([] { return std::this_thread::get_id(); });
  REQUIRE(handle.is_finished());
  REQUIRE(handle.join() == std::this_thread::get_id());
  REQUIRE(held.pool.try_execute([] {}) == filch::submit_status::full);
  held.open();
}

TEST_CASE("block: a submission waits for room, and a closed pool refuses it") {
  held_pool held({.threads = 1, .max_pending = 1});
  std::atomic<int> ran{0};
  held.pool.execute([&] { ran.fetch_add(1); });
  REQUIRE(held.pool.try_execute([] {}) == filch::submit_status::full);
  std::thread blocked([&] { held.pool.execute([&] { ran.fetch_add(1); }); });
  held.open();
  blocked.join();
  held.pool.wait_idle();
  REQUIRE(ran.load() == 2);

  held_pool other({.threads = 1, .max_pending = 1});
  other.pool.execute([] {});
  std::atomic<bool> refused{false};
  std::thread late([&] {
    try {
      other.pool.execute([] {});
    } catch (const filch::pool_closed&) {
      refused.store(true);
    }
  });
  other.pool.close();
  late.join();
  REQUIRE(refused.load());
  other.open();
}

TEST_CASE("a worker never blocks on a full pool, neither on its own nor on another") {
  held_pool full({.threads = 1, .max_pending = 1});
  full.pool.execute([] {});
  filch::thread_pool other(1);
  const bool same_thread = on_worker(other, [&] {
    std::thread::id ran_on;
    full.pool.execute([&] { ran_on = std::this_thread::get_id(); });
    return ran_on == std::this_thread::get_id();
  });
  REQUIRE(same_thread);
  full.open();

  std::atomic<int> ran{0};
  filch::thread_pool own(filch::pool_options{.threads = 1, .max_pending = 1});
  on_worker(own, [&] {
    for (int i = 0; i < 100; ++i) {
      own.execute([&] { ran.fetch_add(1); });
    }
  });
  own.wait_idle();
  REQUIRE(ran.load() == 100);
}

TEST_CASE("a discarded task leaves its place") {
  held_pool held({.threads = 1, .max_pending = 3});
  for (int i = 0; i < 3; ++i) {
    held.pool.execute([] {});
  }
  const auto report = held.pool.shutdown_for(std::chrono::nanoseconds(0));
  REQUIRE(report.discarded == 3);
  REQUIRE(report.running == 1);
  held.open();
}

TEST_CASE("options can be copied; the pools made from copies share their hooks") {
  std::atomic<int> started{0};
  filch::pool_options options{.threads = 2, .name = "copied"};
  options.on_thread_start = [&, owned = std::make_unique<int>(1)](std::size_t) { started.fetch_add(*owned); };
  const filch::pool_options copy = options;
  {
    filch::thread_pool first(options);
    filch::thread_pool second(copy);
    REQUIRE(first.thread_count() + second.thread_count() == 4);
  }
  REQUIRE(started.load() == 4);
  REQUIRE(copy.name == "copied");
}

TEST_CASE("hooks from a configuration that has none are as no hooks") {
  const std::function<void(std::size_t)> none;
  void (*const null)(std::size_t) = nullptr;
  void (*const null_error)(std::exception_ptr) = nullptr;
  filch::thread_pool pool(filch::pool_options{
      .threads = 2, .on_thread_start = none, .on_thread_stop = null, .on_unhandled_exception = null_error});
  pool.execute([] { throw std::runtime_error("one"); });
  pool.wait_idle();
  REQUIRE(pool.shutdown().unhandled == 1);
}
