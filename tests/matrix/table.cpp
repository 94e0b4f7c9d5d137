// SPDX-License-Identifier: BSL-1.0
#include "cell.hpp"

namespace matrix {

// The signs are those of `outcome`, in the order of `verb`. A place in which the caller is inside of the pool differs
// from one outside in the same way everywhere.
const std::array<place, 21>& places() {
  static constexpr std::string_view outside = "++++++++++++++++++++++";
  static constexpr std::string_view inside = "+++++++urr++r++++u++++";
  static constexpr std::array<place, 21> all = {{
      {"a task, on a worker", inside, &in_task},
      {"a task in place, on the thread that submits it to a full pool", inside, &in_place_outside},
      {"a task in place, on a worker of another pool", inside, &in_place_on_another_pools_worker},
      {"the call of `invoke`, on a thread from outside", inside, &in_invoke},
      {"a stop callback of a group, if the cancel comes from outside", outside, &in_stop_callback_outside},
      {"a stop callback of a group, if the cancel comes from a task", inside, &in_stop_callback_in_task},
      {"`on_thread_start`", inside, &in_thread_start_hook},
      {"`on_thread_stop`", inside, &in_thread_stop_hook},
      {"`on_unhandled_exception`, on the worker whose task failed", inside, &in_exception_hook_on_worker},
      {"`on_unhandled_exception`, on the thread that drops the handle of a task that failed", outside,
       &in_exception_hook_outside},
      {"the destructor of a callable that ran", inside, &in_destructor_of_callable},
      {"the destructor of a callable that is cancelled from outside", outside, &in_destructor_of_cancelled_callable},
      {"the destructor of a callable that a worker discards", "dddd+++urr++r++ddudd++",
       &in_destructor_that_a_worker_discards},
      {"the destructor of a callable that `shutdown_for` discards", "ddddc+curr++r++dduddcc",
       &in_destructor_that_shutdown_for_discards},
      {"the destructor of a result whose handle was dropped before the task ended", inside,
       &in_destructor_of_result_on_worker},
      {"the destructor of a result whose handle is dropped outside", outside, &in_destructor_of_result_outside},
      {"the destructor of an exception that nobody fetches", inside, &in_destructor_of_exception_on_worker},
      {"the destructor of an exception that `join` has thrown outside", outside, &in_destructor_of_exception_outside},
      {"the destructor of a `thread_local` object of an outside thread", outside, &in_thread_local_outside},
      {"the destructor of a `thread_local` object of a worker", "cc+cc+c+rr++r+++++cccc", &in_thread_local_of_worker},
      {"the destructor of a static object", outside, nullptr},
  }};
  return all;
}

}  // namespace matrix
