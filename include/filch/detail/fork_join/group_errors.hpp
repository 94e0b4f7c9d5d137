// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <vector>

#include <filch/config.hpp>
#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

class unhandled_sink;

/// The exceptions of a group's tasks, in the order in which they came. Rare, so one lock guards those of all groups.
class FILCH_EXPORT group_errors {
 public:
  group_errors() = default;
  group_errors(const group_errors&) = delete;
  group_errors& operator=(const group_errors&) = delete;
  FILCH_LOCAL ~group_errors() {
    if (sink_ != nullptr) {
      release_sink();
    }
  }

  /// Keeps an exception. For a thread that acts for the group's pool.
  void keep(std::exception_ptr error) noexcept;

  /// A wait has ended. Returns the first exception, unless it was returned already.
  [[nodiscard]] std::exception_ptr end_round() noexcept;
  /// A new job comes. Exceptions from before a wait that has ended are forgotten, as by `report_unfetched`.
  void begin_round() noexcept;

  /// All exceptions, which count as fetched from then on.
  [[nodiscard]] std::vector<std::exception_ptr> all() const;

  /// Forgets all exceptions. Those that nobody fetched go to the hook of the pool, even if the pool is gone.
  void report_unfetched() noexcept;

  /// Whether there is an exception. For a thread that has waited for the tasks.
  [[nodiscard]] bool any() const noexcept {
    // relaxed: the end of the wait orders it.
    return any_.load(std::memory_order_relaxed);
  }

 private:
  void release_sink() noexcept;
  void report(std::exception_ptr error) noexcept;

  // Set with the first error, so that the usual case needs no lock.
  atomic<bool> any_{false};
  unhandled_sink* sink_ = nullptr;  // of the pool, with a reference, from the first error on
  bool round_is_over_ = false;      // a wait has ended since the first error
  std::exception_ptr first_;
  std::vector<std::exception_ptr> later_;
  bool first_fetched_ = false;
  mutable std::size_t fetched_ = 0;  // so many, first included, were returned by `all`
};

}  // namespace filch::inline v0::detail
