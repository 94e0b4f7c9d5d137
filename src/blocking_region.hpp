// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/blocking.hpp>
#include <filch/detail/latch.hpp>

namespace filch::inline v0::detail {

/// Blocks the calling thread, whatever it is, until `done` is set. Runs nothing meanwhile. `parker` is the thread's for this wait.
void sleep_until_set(latch& done, thread_parker& parker) noexcept;

}  // namespace filch::inline v0::detail
