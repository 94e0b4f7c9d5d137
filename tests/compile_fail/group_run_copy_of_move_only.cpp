// SPDX-License-Identifier: BSL-1.0
// As execute_copy_of_move_only, for task_group::run.
// expect: callable|constraint|static assertion|deleted
#include <filch/filch.hpp>

#include <memory>
#include <utility>

void use(filch::task_group& group) {
  auto task = [owned = std::make_unique<int>(1)] { static_cast<void>(owned); };
#if defined(FILCH_FAULT)
  group.run(task);
#else
  group.run(std::move(task));
#endif
}
