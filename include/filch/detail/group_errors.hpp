// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <vector>

#include <filch/config.hpp>
#include <filch/detail/atomic.hpp>

namespace filch::inline v0::detail {

/// The exceptions of a group's tasks, in the order in which they came. Rare, so one lock guards those of all groups.
class FILCH_EXPORT group_errors {
 public:
  void keep(std::exception_ptr error) noexcept;

  /// The first one, unless it was taken already.
  [[nodiscard]] std::exception_ptr take_first() noexcept;

  /// All of them; they then count as fetched.
  [[nodiscard]] std::vector<std::exception_ptr> all() const;

  /// Forgets all; those that nobody fetched go to `report`.
  void clear(void (*report)(void* context, std::exception_ptr error) noexcept, void* context) noexcept;

  /// Whether there is one. For who has waited for the tasks.
  [[nodiscard]] bool any() const noexcept {
    // relaxed: the end of the wait orders it.
    return any_.load(std::memory_order_relaxed);
  }

 private:
  // Set with the first error, so that the usual case needs no lock.
  atomic<bool> any_{false};
  std::exception_ptr first_;
  std::vector<std::exception_ptr> later_;
  bool first_fetched_ = false;
  mutable std::size_t fetched_ = 0;  // so many, first included, were returned by `all`
};

}  // namespace filch::inline v0::detail
