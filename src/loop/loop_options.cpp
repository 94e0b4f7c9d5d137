// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/loop/loop_options.hpp>

#include <filch/errors.hpp>

namespace filch::inline v0::detail {

void throw_stopped() { throw task_cancelled(); }

}  // namespace filch::inline v0::detail
