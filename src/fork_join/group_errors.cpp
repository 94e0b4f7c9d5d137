// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/fork_join/group_errors.hpp>

#include <mutex>
#include <new>
#include <utility>

#include <filch/detail/job/job.hpp>

#include "base/process_locks.hpp"
#include "pool/pool_state.hpp"
#include "worker/current.hpp"

namespace filch::inline v0::detail {

void group_errors::keep(std::exception_ptr error) noexcept {
  try {
    const std::lock_guard lock(locks.errors);
    if (pool_state* const pool = acting_pool(); sink_ == nullptr && pool != nullptr) {
      sink_ = &pool->sink();
      sink_->add_reference();
    }
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

std::exception_ptr group_errors::end_round() noexcept {
  const std::lock_guard lock(locks.errors);
  round_is_over_ = true;
  return std::exchange(first_fetched_, true) ? nullptr : first_;
}

std::vector<std::exception_ptr> group_errors::all() const {
  const std::lock_guard lock(locks.errors);
  std::vector<std::exception_ptr> errors;
  if (first_) {
    errors.reserve(later_.size() + 1);
    errors.push_back(first_);
    errors.insert(errors.end(), later_.begin(), later_.end());
  }
  fetched_ = errors.size();
  return errors;
}

void group_errors::begin_round() noexcept {
  bool over = false;
  {
    const std::lock_guard lock(locks.errors);
    over = round_is_over_;
  }
  if (over) {
    report_unfetched();
  }
}

void group_errors::report(std::exception_ptr error) noexcept {
  if (sink_ != nullptr) {
    sink_->report(std::move(error));
  }
}

void group_errors::release_sink() noexcept { sink_->drop_reference(); }

void group_errors::report_unfetched() noexcept {
  // relaxed: see any.
  any_.store(false, std::memory_order_relaxed);
  std::exception_ptr first;
  std::vector<std::exception_ptr> later;
  std::size_t fetched = 0;
  {
    const std::lock_guard lock(locks.errors);
    round_is_over_ = false;
    first = std::exchange(first_, nullptr);
    later.swap(later_);
    fetched = std::exchange(fetched_, 0);
    if (std::exchange(first_fetched_, false) && fetched == 0) {
      fetched = 1;
    }
  }
  if (first && fetched == 0) {
    report(first);
    fetched = 1;
  }
  for (std::size_t i = fetched == 0 ? 0 : fetched - 1; i < later.size(); ++i) {
    report(later[i]);
  }
}

}  // namespace filch::inline v0::detail
