// SPDX-License-Identifier: BSL-1.0
#include <filch/fork_join.hpp>
#include <filch/parallel_for.hpp>
#include <filch/scope.hpp>
#include <filch/thread_pool.hpp>

#include "scenario.hpp"

// Two pools that wait for each other, and threads that are inside of both.

namespace {

using filch::task_group;
using filch::thread_pool;
using schedule::check;
using schedule::event;
using schedule::workers;

SCENARIO(two_pools_of_one_join_each_others_tasks) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  const int sum =
      a.spawn([&] { return b.spawn([&] { return a.spawn([] { return 20; }).join() + 1; }).join() * 2; }).join();
  check(sum == 42, "the sum");
}

SCENARIO(a_task_shuts_another_pool_down_whose_stop_hook_waits_for_the_first) {
  thread_pool a(workers(1));
  int result = 0;
  filch::pool_options options = workers(1);
  options.on_thread_stop = [&](std::size_t) { result = a.spawn([] { return 42; }).join(); };
  a.spawn([&] {
     thread_pool b(options);
     static_cast<void>(b.shutdown());
   }).join();
  check(result == 42, "the result");
}

SCENARIO(two_pools_of_one_wait_for_each_others_groups) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  int result = 0;
  filch::scope(a, [&](task_group& outer) {
    outer.run([&] {
      filch::scope(b, [&](task_group& middle) {
        middle.run([&] { filch::scope(a, [&](task_group& inner) { inner.run([&] { result = 42; }); }); });
      });
    });
  });
  check(result == 42, "the innermost task ran");
}

SCENARIO(a_task_waits_for_its_own_pool_while_it_is_a_guest_of_another) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  const int sum = a.spawn([&] { return b.invoke([&] { return a.spawn([] { return 42; }).join(); }); }).join();
  check(sum == 42, "the result");
}

SCENARIO(a_group_of_the_own_pool_is_waited_for_by_a_guest_of_another) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  int result = 0;
  a.spawn([&] {
     task_group group(a);
     group.run([&] { ++result; });
     b.invoke([&] {
       group.run([&] { ++result; });
       group.wait();
     });
   }).join();
  check(result == 2, "both ran");
}

SCENARIO(a_task_waits_until_another_pool_is_idle_that_waits_for_the_first) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  int result = 0;
  a.spawn([&] {
     b.execute([&] { result = a.spawn([] { return 42; }).join(); });
     b.wait_idle();
   }).join();
  check(result == 42, "the result");
}

SCENARIO(a_task_shuts_another_pool_down_that_waits_for_the_first) {
  thread_pool a(workers(1));
  int result = 0;
  a.spawn([&] {
     thread_pool b(workers(1));
     b.execute([&] { result = a.spawn([] { return 42; }).join(); });
     static_cast<void>(b.shutdown());
   }).join();
  check(result == 42, "the result");
}

SCENARIO(a_task_destroys_another_pool_that_waits_for_the_first) {
  thread_pool a(workers(1));
  int result = 0;
  a.spawn([&] {
     thread_pool b(workers(1));
     b.execute([&] { result = a.spawn([] { return 42; }).join(); });
   }).join();
  check(result == 42, "the result");
}

SCENARIO(a_timed_wait_for_a_task_of_another_pool_lends_the_core) {
  using namespace std::chrono_literals;
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  a.spawn([&] {
     auto other = b.spawn([&] { return a.spawn([] { return 1; }).join(); });
     int rounds = 0;
     while (!other.wait_for(10ms)) {
       check(++rounds < 100, "the awaited task gets on while its waiter polls");
     }
   }).join();
}

SCENARIO(a_shutdown_by_a_task_that_is_a_guest_elsewhere_does_not_wait_for_itself) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  a.spawn([&] {
     b.invoke([&] {
       const filch::shutdown_report report = a.shutdown();
       check(!report.joined && report.running >= 1, "it says that this task still runs");
     });
   }).join();
}

SCENARIO(wait_idle_by_a_task_that_is_a_guest_elsewhere_is_refused) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  bool refused = false;
  a.spawn([&] {
     b.invoke([&] {
       try {
         a.wait_idle();
       } catch (const filch::usage_error&) {
         refused = true;
       }
     });
   }).join();
  check(refused, "a task cannot wait for its own end");
}

SCENARIO(a_task_that_is_a_guest_elsewhere_destroys_its_pool) {
  event gone;
  auto* const a = new thread_pool(workers(1));
  thread_pool b(workers(1));
  a->execute([&, a] {
    b.invoke([&] { delete a; });
    gone.set();
  });
  gone.wait();
}

SCENARIO(a_loop_of_another_pool_joins_tasks_of_the_first) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  int sum = 0;
  a.spawn([&] { filch::parallel_for(
      b, 0, 2, [&](int i) { sum += a.spawn([i] { return i; }).join(); }, filch::grain{1}); }).join();
  check(sum == 1, "the sum");
}

SCENARIO(a_guest_of_a_guest_forks_in_the_first_pool_again) {
  thread_pool a(workers(1));
  thread_pool b(workers(1));
  int ran = 0;
  a.spawn([&] {
     filch::fork_join([&] { b.invoke([&] { a.invoke([&] { filch::fork_join([&] { ++ran; }, [&] { ++ran; }); }); }); },
                      [&] { ++ran; });
   }).join();
  check(ran == 3, "all sides ran");
}

}  // namespace
