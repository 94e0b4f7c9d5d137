// SPDX-License-Identifier: BSL-1.0
#include <filch/task_group.hpp>
#include <filch/thread_pool.hpp>

#include <array>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "scenario.hpp"

// What destructors throw, beside whatever ends a task.

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::thread;
using schedule::workers;

/// A pool that counts what comes to its hook.
struct hooked {
  hooked()
      : pool([this] {
          filch::pool_options options = workers(1);
          options.on_unhandled_exception = [this](std::exception_ptr) { ++reports; };
          return options;
        }()) {}

  int reports = 0;
  thread_pool pool;
};

/// One that was moved into the pool throws when it is destroyed there.
class cannot_be_destroyed {
 public:
  explicit cannot_be_destroyed(int& n) : thrown_(&n) {}
  cannot_be_destroyed(cannot_be_destroyed&& o) noexcept
      : thrown_(o.thrown_),
        is_armed_(std::exchange(o.is_first_, false) || std::exchange(o.is_armed_, false)),
        is_first_(false) {}
  ~cannot_be_destroyed() noexcept(false) {
    if (is_armed_) {
      ++*thrown_;
      throw std::runtime_error("destructor");
    }
  }
  void operator()() const {}

 private:
  int* thrown_;
  bool is_armed_ = false;
  bool is_first_ = true;
};

template <class Submit>
void submit_beside_a_close(Submit submit) {
  int thrown = 0;
  int reports = 0;
  {
    hooked h;
    {
      const thread closer([&] { h.pool.close(); });
      try {
        submit(h.pool, thrown);
      } catch (const filch::pool_closed&) {
      } catch (const std::runtime_error&) {
        check(false, "what a destructor throws does not leave the submission");
      }
    }
    static_cast<void>(h.pool.shutdown());
    reports = h.reports;
  }
  check(reports == thrown, "what the callable's destructor has thrown came to the hook");
}

SCENARIO(no_exception_of_a_destructor_is_lost_when_execute_meets_a_close) {
  submit_beside_a_close([](thread_pool& pool, int& thrown) { pool.execute(cannot_be_destroyed(thrown)); });
}

SCENARIO(no_exception_of_a_destructor_is_lost_when_spawn_meets_a_close) {
  submit_beside_a_close([](thread_pool& pool, int& thrown) {
    auto handle = pool.spawn(cannot_be_destroyed(thrown));
    try {
      handle.join();
    } catch (const std::runtime_error&) {
      --thrown;  // it came here
    }
  });
}

SCENARIO(no_exception_of_a_destructor_is_lost_when_execute_bulk_meets_a_close) {
  submit_beside_a_close([](thread_pool& pool, int& thrown) {
    std::array<cannot_be_destroyed, 2> tasks{cannot_be_destroyed(thrown), cannot_be_destroyed(thrown)};
    static_cast<void>(
        pool.execute_bulk(std::make_move_iterator(tasks.begin()), std::make_move_iterator(tasks.end())));
  });
}

SCENARIO(no_exception_of_a_destructor_is_lost_when_a_group_meets_a_close) {
  submit_beside_a_close([](thread_pool& pool, int& thrown) {
    filch::task_group group(pool);
    group.run(cannot_be_destroyed(thrown));
  });
}

SCENARIO(no_exception_of_a_destructor_is_lost_when_a_task_is_cancelled_beside_its_worker) {
  int thrown = 0;
  hooked h;
  {
    auto handle = h.pool.spawn(cannot_be_destroyed(thrown));
    static_cast<void>(handle.cancel());
  }
  h.pool.wait_idle();
  check(thrown == 1 && h.reports == 1, "it came to the hook, once");
}

SCENARIO(no_exception_of_a_results_destructor_is_lost_when_a_handle_is_dropped_beside_the_end) {
  int thrown = 0;
  hooked h;
  static_cast<void>(h.pool.spawn([&] {
    cannot_be_destroyed first(thrown);
    return cannot_be_destroyed(std::move(first));
  }));
  h.pool.wait_idle();
  check(thrown == 1 && h.reports == 1, "it came to the hook, once");
}

}  // namespace
