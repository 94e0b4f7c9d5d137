// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/job/ref_count.hpp>
#include <filch/hook.hpp>

#include "pool/unhandled_line.hpp"

namespace filch::inline v0::detail {

/// Gets the exceptions that nobody fetches. It may outlive its pool, with a handle whose task failed.
class unhandled_sink {
 public:
  explicit unhandled_sink(hook<void(std::exception_ptr)> on_unhandled, std::string pool = {})
      : hook_(std::move(on_unhandled)), pool_(std::move(pool)) {}

  void report(std::exception_ptr error) noexcept {
    count_one();
    if (!hook_) {
      print_unhandled(pool_, error);
    } else {
      try {
        hook_(std::move(error));
      } catch (...) {  // the hook's own exception is counted, there is nobody left to tell
        count_one();
      }
    }
  }

  // relaxed: a statistic.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

  void add_reference() noexcept { references_.add(); }
  void drop_reference() noexcept {
    if (references_.drop()) {
      delete this;
    }
  }

 private:
  ~unhandled_sink() = default;
  // relaxed: a statistic.
  void count_one() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }

  hook<void(std::exception_ptr)> hook_;
  const std::string pool_;  // its name
  atomic<std::uint64_t> count_{0};
  ref_count references_{1};
};

}  // namespace filch::inline v0::detail
