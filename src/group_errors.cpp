// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/group_errors.hpp>

#include <mutex>
#include <new>
#include <utility>

#include <filch/detail/job.hpp>
#include <filch/detail/mutex.hpp>

namespace filch::inline v0::detail {
namespace {

constinit mutex errors_mutex;

}  // namespace

void group_errors::keep(std::exception_ptr error) noexcept {
  try {
    const std::lock_guard lock(errors_mutex);
    if (!first_) {
      first_ = std::move(error);
      // relaxed: see any.
      any_.store(true, std::memory_order_relaxed);
    } else {
      later_.push_back(error);
    }
  } catch (const std::bad_alloc&) {
    report_unhandled(std::move(error));
  }
}

std::exception_ptr group_errors::take_first() noexcept {
  const std::lock_guard lock(errors_mutex);
  return std::exchange(first_fetched_, true) ? nullptr : first_;
}

std::vector<std::exception_ptr> group_errors::all() const {
  const std::lock_guard lock(errors_mutex);
  std::vector<std::exception_ptr> errors;
  if (first_) {
    errors.reserve(later_.size() + 1);
    errors.push_back(first_);
    errors.insert(errors.end(), later_.begin(), later_.end());
  }
  fetched_ = errors.size();
  return errors;
}

void group_errors::clear(void (*report)(void*, std::exception_ptr) noexcept, void* context) noexcept {
  // relaxed: see any.
  any_.store(false, std::memory_order_relaxed);
  std::exception_ptr first;
  std::vector<std::exception_ptr> later;
  std::size_t fetched = 0;
  {
    const std::lock_guard lock(errors_mutex);
    first = std::exchange(first_, nullptr);
    later.swap(later_);
    fetched = std::exchange(fetched_, 0);
    if (std::exchange(first_fetched_, false) && fetched == 0) {
      fetched = 1;
    }
  }
  if (first && fetched == 0) {
    report(context, first);
    fetched = 1;
  }
  for (std::size_t i = fetched == 0 ? 0 : fetched - 1; i < later.size(); ++i) {
    report(context, later[i]);
  }
}

}  // namespace filch::inline v0::detail
