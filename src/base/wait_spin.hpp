// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>

namespace filch::inline v0::detail {

/// How long a waiter that finds nothing to run looks for something before it sleeps: twice the time to wake it and to
/// switch to it, as measured (docs/design/waiting.md).
inline constexpr std::chrono::microseconds wait_spin{50};

}  // namespace filch::inline v0::detail
