// SPDX-License-Identifier: BSL-1.0
#include <filch/join_all.hpp>
#include <filch/thread_pool.hpp>
#include <filch/when_any.hpp>

#include <array>
#include <stdexcept>
#include <vector>

#include "scenario.hpp"

// Waits for several handles at once.

namespace {

using filch::join_handle;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::ledger;
using schedule::workers;

SCENARIO(all_tasks_have_ended_when_join_all_throws) {
  ledger tasks;
  thread_pool pool(workers(2));
  std::vector<join_handle<void>> handles;
  handles.push_back(pool.spawn(tasks.task([] { throw std::runtime_error("first"); })));
  handles.push_back(pool.spawn(tasks.task()));
  handles.push_back(pool.spawn(tasks.task()));
  bool thrown = false;
  try {
    filch::join_all(handles);
  } catch (const std::runtime_error&) {
    thrown = true;
    tasks.check_all_ran();
  }
  check(thrown, "the exception of the first");
}

SCENARIO(a_task_joins_all_its_tasks_in_a_pool_of_one) {
  thread_pool pool(workers(1));
  const int sum = pool.spawn([&] {
                        const auto [a, b] = filch::join_all(pool.spawn([] { return 1; }), pool.spawn([] { return 2; }));
                        return a + b;
                      }).join();
  check(sum == 3, "the sum");
}

SCENARIO(a_wait_for_one_of_two_tasks_beside_both_ends) {
  thread_pool pool(workers(2));
  std::array<join_handle<int>, 2> handles{pool.spawn([] { return 0; }), pool.spawn([] { return 1; })};
  const std::size_t which = filch::when_any(handles);
  check(handles[which].is_finished(), "it has finished");
  check(handles[which].join() == static_cast<int>(which), "its result");
}

SCENARIO(a_wait_for_one_of_two_tasks_ends_before_the_other) {
  event go;
  thread_pool pool(workers(2));
  std::array<join_handle<void>, 2> handles{pool.spawn([&] { go.wait(); }), pool.spawn([] {})};
  check(filch::when_any(handles) == 1, "the one that can end");
  go.set();
}

SCENARIO(a_task_waits_for_one_of_its_tasks_in_a_pool_of_one) {
  thread_pool pool(workers(1));
  pool.spawn([&] {
        std::array<join_handle<int>, 2> handles{pool.spawn([] { return 0; }), pool.spawn([] { return 1; })};
        const std::size_t which = filch::when_any(handles);
        check(handles[which].is_finished(), "it has finished");
      }).join();
}

SCENARIO(a_wait_for_one_of_two_tasks_beside_a_cancel) {
  ledger tasks;
  thread_pool pool(workers(1));
  std::array<join_handle<void>, 2> handles{pool.spawn(tasks.task()), pool.spawn(tasks.task())};
  static_cast<void>(handles[1].cancel());
  static_cast<void>(filch::when_any(handles));
  pool.wait_idle();
  tasks.check_none_left();
}

}  // namespace
