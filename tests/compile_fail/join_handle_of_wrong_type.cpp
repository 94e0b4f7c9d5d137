// SPDX-License-Identifier: BSL-1.0
// The handle of an int is not the handle of a string.
// expect: conver
#include <filch/filch.hpp>

#include <string>

void use(filch::thread_pool& pool) {
#if defined(FILCH_FAULT)
  filch::join_handle<std::string> handle = pool.spawn([] { return 1; });
#else
  filch::join_handle<int> handle = pool.spawn([] { return 1; });
#endif
  handle.detach();
}
