// SPDX-License-Identifier: BSL-1.0
// A result has one receiver: its handle cannot be copied.
// expect: deleted
#include <filch/filch.hpp>

#include <utility>

int use(filch::join_handle<int> handle) {
#if defined(FILCH_FAULT)
  filch::join_handle<int> other = handle;
#else
  filch::join_handle<int> other = std::move(handle);
#endif
  return other.join();
}
