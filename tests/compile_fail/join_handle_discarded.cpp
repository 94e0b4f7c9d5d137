// SPDX-License-Identifier: BSL-1.0
// A handle that nobody keeps detaches its task: say execute or detach.
// expect: nodiscard|ignoring|warn_unused|discard
#include <filch/filch.hpp>

void use(filch::thread_pool& pool) {
#if defined(FILCH_FAULT)
  pool.spawn([] { return 1; });
#else
  pool.spawn([] { return 1; }).detach();
#endif
}
