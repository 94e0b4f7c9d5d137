// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <optional>

#include <filch/detail/parking/latch.hpp>

namespace filch::inline v0::detail {

/// What a wait inside a task waits for.
class awaited {
 public:
  /// Jobs that return the same identity may run on the stack of the waiter.
  [[nodiscard]] virtual void* identity() noexcept = 0;
  [[nodiscard]] virtual bool done() noexcept = 0;
  /// Runs one job that belongs to it, that nobody has started, and that lies where the waiter cannot see it. False if
  /// there is none.
  virtual bool claim_one() noexcept = 0;
  /// Whether `claim_one` might find something. Asked after the latch was armed.
  [[nodiscard]] virtual bool claimable() noexcept = 0;
  /// Whether the waiter should run nothing, because too much runs on its stack already. After `insist` it may run
  /// something.
  [[nodiscard]] virtual bool holds_back() noexcept { return false; }
  virtual void insist() noexcept {}
  /// The latch that is set when it is done, and nudged when there is something to claim.
  [[nodiscard]] virtual latch& signal() noexcept = 0;
  /// The depth at which stolen jobs of it have its identity in their lineage. Nothing if they do not have it.
  [[nodiscard]] virtual std::optional<std::size_t> lineage_depth() const noexcept = 0;

 protected:
  ~awaited() = default;
};

}  // namespace filch::inline v0::detail
