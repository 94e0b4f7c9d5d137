// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace controlled {

/// What the system refuses in the schedule that runs. A scenario sets it before it makes a pool.
struct system_faults {
  bool has_barrier = true;       // whether membarrier was there when filch asked for it first
  bool refuses_barrier = false;  // whether it fails from now on
  bool knows_refusal = false;    // whether filch has met that
  std::size_t threads_left = 0;  // the how manyth thread from now on cannot be started; 0: none
};

[[nodiscard]] system_faults& faults() noexcept;

}  // namespace controlled
