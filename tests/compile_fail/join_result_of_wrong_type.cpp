// SPDX-License-Identifier: BSL-1.0
// join returns what the task returned, and nothing else.
// expect: conver
#include <filch/filch.hpp>

#include <string>

void use(filch::thread_pool& pool) {
#if defined(FILCH_FAULT)
  std::string result = pool.spawn([] { return 1; }).join();
#else
  int result = pool.spawn([] { return 1; }).join();
#endif
  static_cast<void>(result);
}
