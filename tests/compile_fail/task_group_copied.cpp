// SPDX-License-Identifier: BSL-1.0
// Tasks hold references to their group, so it cannot be copied.
// expect: deleted
#include <filch/filch.hpp>

void use(filch::task_group& group) {
#if defined(FILCH_FAULT)
  filch::task_group other = group;
#else
  filch::task_group& other = group;
#endif
  other.wait();
}
