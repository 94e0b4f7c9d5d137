// SPDX-License-Identifier: BSL-1.0
// References to a pool stay good for its life: it cannot be copied.
// expect: deleted
#include <filch/filch.hpp>

std::size_t use(filch::thread_pool& pool) {
#if defined(FILCH_FAULT)
  filch::thread_pool other = pool;
#else
  filch::thread_pool& other = pool;
#endif
  return other.thread_count();
}
