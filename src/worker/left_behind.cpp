// SPDX-License-Identifier: BSL-1.0
#include "worker/left_behind.hpp"

#include <filch/errors.hpp>

namespace filch::inline v0::detail {

void throw_left_behind() {
  throw usage_error(
      "filch: a child of fork() waits for a task of a pool of its parent, whose threads it does not have");
}

void end_wait_in_child() noexcept { throw_left_behind(); }

}  // namespace filch::inline v0::detail
