// SPDX-License-Identifier: BSL-1.0
// A task takes no arguments.
// expect: task_callable|constraint|static assertion
#include <filch/filch.hpp>

void use(filch::thread_pool& pool) {
#if defined(FILCH_FAULT)
  pool.execute([](int) {});
#else
  pool.execute([] {});
#endif
}
