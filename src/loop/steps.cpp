// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/loop/steps.hpp>

#include <filch/errors.hpp>

namespace filch::inline v0::detail {

void throw_step_is_zero() { throw usage_error("filch: the step of a parallel loop is 0, so it would never end"); }

}  // namespace filch::inline v0::detail
