// SPDX-License-Identifier: BSL-1.0
// As execute_lvalue_only_callable, for spawn.
// expect: task_callable|constraint|static assertion|invoke_result
#include <filch/filch.hpp>

#if defined(FILCH_FAULT)
#define FILCH_CASE_QUALIFIER &
#else
#define FILCH_CASE_QUALIFIER &&
#endif

struct task {
  int operator()() FILCH_CASE_QUALIFIER { return 1; }
};

int use(filch::thread_pool& pool) { return pool.spawn(task{}).join(); }
