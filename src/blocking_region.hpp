// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/latch.hpp>

namespace filch::inline v0::detail {

/// While the calling thread sleeps in a wait, or runs what does. Every pool that the thread is inside of may use its core
/// meanwhile, and everything that the thread was to run itself lies where others find it: what it waits for may depend on that,
/// in whichever pool (docs/design/waiting.md, "Spares"). Costs nothing on a thread that is inside of no pool.
class blocking_region {
 public:
  blocking_region() noexcept;
  ~blocking_region();
  blocking_region(const blocking_region&) = delete;
  blocking_region& operator=(const blocking_region&) = delete;
};

/// Blocks the calling thread, whatever it is, until `done` is set. Runs nothing meanwhile. `parker` is the thread's for this wait.
void sleep_until_set(latch& done, thread_parker& parker) noexcept;

}  // namespace filch::inline v0::detail
