// SPDX-License-Identifier: BSL-1.0
#include <filch/errors.hpp>
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <chrono>
#include <memory>
#include <utility>

#include "scenario.hpp"

// User code that the pool calls outside of its tasks, and that uses the pool there: hooks, destructors of callables,
// and destructors of a worker's thread_local objects (docs/guides/places.md).

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::workers;

/// Calls `f` when it is destroyed, unless it was moved from.
template <class F>
class at_destruction {
 public:
  explicit at_destruction(F f) : f_(std::move(f)) {}
  at_destruction(at_destruction&& other) noexcept
      : f_(std::move(other.f_)), armed_(std::exchange(other.armed_, false)) {}
  at_destruction(const at_destruction&) = delete;
  at_destruction& operator=(const at_destruction&) = delete;
  at_destruction& operator=(at_destruction&&) = delete;
  ~at_destruction() {
    if (armed_) {
      f_();
    }
  }

 private:
  F f_;
  bool armed_ = true;
};

// Queues a task whose destructor is `f`, behind one that runs until shutdown_for has returned.
template <class F>
void discard_by_shutdown_for(thread_pool& pool, F f) {
  struct events {
    event begun;
    event go;
  };
  const auto e = std::make_shared<events>();  // the task may end after this function
  pool.execute([e] {
    e->begun.set();
    e->go.wait();
  });
  e->begun.wait();
  pool.execute([d = at_destruction(std::move(f))] {});
  pool.shutdown_for(std::chrono::seconds(0));
  e->go.set();
}

SCENARIO(a_destructor_that_shutdown_for_calls_may_wait_for_what_it_submits) {
  ledger tasks;
  int cancelled = 0;
  thread_pool pool(workers(1));
  discard_by_shutdown_for(pool, [&] {
    pool.execute(tasks.task());
    auto handle = pool.spawn(tasks.task());
    filch::task_group group(pool);
    group.run(tasks.task());
    try {
      handle.join();
    } catch (const filch::task_cancelled&) {
      ++cancelled;
    }
    try {
      group.wait();
    } catch (const filch::task_cancelled&) {
      ++cancelled;
    }
  });
  const filch::shutdown_report report = pool.shutdown();
  check(cancelled == 2 && tasks.called() == 0, "what a pool accepts while it discards is discarded");
  check(report.completed == 1 && report.discarded == 4, "the report counts each task once");
  tasks.check_none_left();
}

// The thread that discards holds what was queued before and after.
SCENARIO(a_destructor_that_shutdown_for_calls_may_wait_for_what_was_queued_before) {
  using namespace std::chrono_literals;
  ledger tasks;
  int cancelled = 0;
  const auto expect_cancel = [&](auto wait) {
    try {
      wait();
    } catch (const filch::task_cancelled&) {
      ++cancelled;
    }
  };
  event begun;
  event go;
  thread_pool pool(workers(1));
  pool.execute([&] {
    begun.set();
    go.wait();
  });
  begun.wait();
  auto first = pool.spawn(tasks.task());
  auto second = pool.spawn(tasks.task());
  filch::task_group group(pool);
  group.run(tasks.task());
  auto other_group = std::make_unique<filch::task_group>(pool);
  other_group->run(tasks.task());
  pool.execute([d = at_destruction([&] {
                  expect_cancel([&] { first.join(); });
                  check(second.wait_for(1h), "what is discarded has ended");
                  expect_cancel([&] { group.wait(); });
                  other_group.reset();
                })] {});
  pool.shutdown_for(0s);
  go.set();
  second.detach();
  const filch::shutdown_report report = pool.shutdown();
  check(cancelled == 2 && tasks.called() == 0, "what is queued in a pool that discards is discarded");
  check(report.completed == 1 && report.discarded == 5, "the report counts each task once");
  tasks.check_none_left();
}

SCENARIO(a_destructor_that_shutdown_for_calls_may_destroy_the_pool) {
  auto pool = std::make_unique<thread_pool>(workers(1));
  discard_by_shutdown_for(*pool, [&] { pool.reset(); });
}

SCENARIO(a_group_that_a_hook_begins_may_outlive_it) {
  ledger tasks;
  event begun;
  std::unique_ptr<filch::task_group> group;
  filch::pool_options options = workers(1);
  options.on_thread_start = [&](std::size_t) {
    group = std::make_unique<filch::task_group>();
    group->run(tasks.task());
    begun.set();
  };
  thread_pool pool(std::move(options));
  begun.wait();
  group->wait();
  tasks.check_all_ran();
  pool.wait_idle();
}

SCENARIO(a_group_that_the_last_hook_begins_may_outlive_it) {
  ledger tasks;
  std::unique_ptr<filch::task_group> group;
  filch::pool_options options = workers(1);
  options.on_thread_stop = [&](std::size_t) {
    group = std::make_unique<filch::task_group>();
    group->run(tasks.task());
  };
  thread_pool(std::move(options)).shutdown();
  tasks.check_all_ran();
  group->wait();
}

struct at_thread_end {
  void (*call)(void*) = nullptr;
  void* argument = nullptr;
  ~at_thread_end() {
    if (call != nullptr) {
      call(argument);
    }
  }
};

thread_local at_thread_end last;

template <class F>
void call_at_thread_end(F& f) {
  last.argument = &f;
  last.call = [](void* p) { (*static_cast<F*>(p))(); };
}

SCENARIO(a_thread_local_destructor_of_a_worker_may_shut_the_pool_down) {
  thread_pool pool(workers(1));
  auto shut_down = [&] { check(!pool.shutdown().joined, "a thread that ends does not wait for itself"); };
  pool.execute([&] { call_at_thread_end(shut_down); });
  check(pool.shutdown().joined, "the workers have ended");
}

SCENARIO(a_thread_local_destructor_of_a_worker_may_destroy_the_pool) {
  static std::unique_ptr<thread_pool> pool;
  static auto destroy = [] { pool.reset(); };
  pool = std::make_unique<thread_pool>(workers(1));
  pool->execute([] {
    call_at_thread_end(destroy);
    pool->shutdown();
  });
}

SCENARIO(cancelled_and_claimed_tasks_are_counted_by_what_became_of_them) {
  ledger tasks;
  thread_pool pool(workers(2));
  auto first = pool.spawn(tasks.task());
  auto second = pool.spawn(tasks.task());
  pool.execute(tasks.task([&] { second.join(); }));
  const bool cancelled = first.cancel();
  pool.wait_idle();
  const filch::shutdown_report report = pool.shutdown();
  check(report.completed == tasks.called(), "completed are those that ran");
  check(report.discarded == (cancelled ? 1 : 0), "discarded is the one that was cancelled");
}

}  // namespace
