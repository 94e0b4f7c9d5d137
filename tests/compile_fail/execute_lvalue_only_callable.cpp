// SPDX-License-Identifier: BSL-1.0
// A task is called once as an rvalue, so a callable that can only be called as an lvalue is refused.
// expect: task_callable|constraint|static assertion
#include <filch/filch.hpp>

#if defined(FILCH_FAULT)
#define FILCH_CASE_QUALIFIER &
#else
#define FILCH_CASE_QUALIFIER &&
#endif

struct task {
  void operator()() FILCH_CASE_QUALIFIER {}
};

void use(filch::thread_pool& pool) { pool.execute(task{}); }
