// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0 {

/// The fewest elements of a loop that one task takes; a loop of fewer is one task. A task takes fewer than twice as
/// many, so a loop of at least twice as many is shared. 0, the default, lets filch choose.
struct grain {
  std::size_t elements = 0;
};

}  // namespace filch::inline v0
