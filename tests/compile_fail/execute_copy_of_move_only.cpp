// SPDX-License-Identifier: BSL-1.0
// A callable with a move-only capture cannot be copied into the pool, only moved.
// expect: task_callable|constraint|static assertion|deleted
#include <filch/filch.hpp>

#include <memory>
#include <utility>

void use(filch::thread_pool& pool) {
  auto task = [owned = std::make_unique<int>(1)] { static_cast<void>(owned); };
#if defined(FILCH_FAULT)
  pool.execute(task);
#else
  pool.execute(std::move(task));
#endif
}
