// SPDX-License-Identifier: BSL-1.0
#include <filch/parallel_for.hpp>
#include <filch/thread_pool.hpp>
#include <filch/worker_local.hpp>

#include "controlled/primitives.hpp"
#include "scenario.hpp"

namespace {

using filch::thread_pool;
using schedule::check;
using schedule::workers;

int add(int a, int b) { return a + b; }

SCENARIO(threads_make_their_values_of_a_worker_local_at_the_same_time) {
  thread_pool pool(workers(2));
  filch::worker_local<int> count(pool);
  filch::parallel_for(
      pool, 0, 4,
      [&](int) {
        int& mine = count.local();
        controlled::pause();  // others may go on here
        ++mine;
      },
      filch::grain{1});
  check(count.combine(add) == 4, "each element in some value");
}

SCENARIO(a_guest_finds_the_value_of_one_that_has_left) {
  thread_pool pool(workers(1));
  filch::worker_local<int> count(pool);
  const auto visit = [&] { pool.invoke([&] { ++count.local(); }); };
  {
    const schedule::thread other(visit);
    visit();
  }
  check(count.combine(add) == 2, "both visits");
}

}  // namespace
