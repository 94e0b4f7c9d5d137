// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0 {

/// How many elements of a loop one task takes at least. 0, the default, lets filch choose.
struct grain {
  std::size_t elements = 0;
};

}  // namespace filch::inline v0
