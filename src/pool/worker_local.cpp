// SPDX-License-Identifier: BSL-1.0
#include <filch/worker_local.hpp>

#include <filch/errors.hpp>

namespace filch::inline v0::detail {

void throw_no_value_here() {
  throw usage_error(
      "filch: worker_local::local() was called by a thread that does not work for its pool: call it in a task, or in "
      "pool.invoke()");
}

}  // namespace filch::inline v0::detail
