// SPDX-License-Identifier: BSL-1.0
// Tasks hold references to their group, so it cannot be moved.
// expect: deleted
#include <filch/filch.hpp>

#include <utility>

void use(filch::task_group& group) {
#if defined(FILCH_FAULT)
  filch::task_group other = std::move(group);
#else
  filch::task_group&& other = std::move(group);
#endif
  other.wait();
}
