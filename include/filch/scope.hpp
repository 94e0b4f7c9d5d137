// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <utility>

#include <filch/detail/base/invoke.hpp>
#include <filch/task_group.hpp>

namespace filch::inline v0 {

namespace detail {

template <class F>
FILCH_LOCAL void run_scope(task_group& group, F&& f) {
  // If it throws, the group's destructor waits, and reports the tasks' exceptions.
  static_cast<void>(detail::invoke(std::forward<F>(f), group));
  group.wait();
}

}  // namespace detail

/// Calls `f(group)` and waits for all tasks that it ran in the group, also when it throws.
/// Throws: what `f` throws, else the first exception of a task; the others go to on_unhandled_exception.
template <std::invocable<task_group&> F>
FILCH_LOCAL void scope(F&& f) {
  task_group group;
  detail::run_scope(group, std::forward<F>(f));
}

template <std::invocable<task_group&> F>
FILCH_LOCAL void scope(thread_pool& pool, F&& f) {
  task_group group(pool);
  detail::run_scope(group, std::forward<F>(f));
}

}  // namespace filch::inline v0
