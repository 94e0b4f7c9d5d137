// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <optional>

#include <filch/blocking.hpp>
#include <filch/detail/base/atomic.hpp>
#include <filch/detail/parking/latch.hpp>

namespace filch::inline v0::detail {

/// A blocking_region around a sleep of filch's own. Such a sleep lasts until a pool does something.
class waiting_region : public blocking_region {
 public:
  /// Sleeps on the thread's parker. Meanwhile asks again and again for spares that the system has refused to one of the
  /// pools.
  void park(thread_parker& parker) const noexcept;
  /// The same, at most until `deadline`. Returns whether the parker was unparked.
  [[nodiscard]] bool park_until(thread_parker& parker, steady_clock::time_point deadline) const noexcept;
  /// For other sleeps: the moment when the thread has to wake up and make a new region, if the system has refused a
  /// spare.
  [[nodiscard]] std::optional<steady_clock::time_point> retry_at() const noexcept;
};

/// Blocks the calling thread, which may be any thread, until `done` is set. Runs nothing meanwhile. `parker` belongs to
/// the thread for this wait.
void sleep_until_set(latch& done, thread_parker& parker) noexcept;

}  // namespace filch::inline v0::detail
