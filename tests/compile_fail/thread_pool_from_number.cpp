// SPDX-License-Identifier: BSL-1.0
// A number is not a pool: the constructor is explicit.
// expect: conver
#include <filch/filch.hpp>

std::size_t use() {
#if defined(FILCH_FAULT)
  filch::thread_pool pool = 4;
#else
  filch::thread_pool pool(4);
#endif
  return pool.thread_count();
}
