// SPDX-License-Identifier: BSL-1.0
#include "controlled/primitives.hpp"

#include <chrono>
#include <cstddef>

#include "controlled/report.hpp"
#include "controlled/scheduler.hpp"

// What the library calls in place of the standard primitives.

namespace controlled {

void step(action what) noexcept { step_at(what, __builtin_return_address(0)); }

void step_at(action what, const void* where) noexcept {
  if (scheduler::current() != nullptr) {
    scheduler::get().step(what, where);
  }
}

void pause() noexcept {
  if (scheduler::current() != nullptr) {
    scheduler::get().pause(__builtin_return_address(0));
  }
}

std::size_t choose(std::size_t n) noexcept {
  return scheduler::current() != nullptr && n > 1 ? scheduler::get().chance().choose(n) : 0;
}

bool once_in(std::size_t n) noexcept { return scheduler::current() != nullptr && scheduler::get().chance().once_in(n); }

void mutex::lock() noexcept {
  step_at(action::lock, __builtin_return_address(0));
  while (locked_) {
    if (scheduler::current() == nullptr) {
      fail("a mutex is locked outside of every schedule");
    }
    scheduler::get().block(this, "a mutex");
  }
  locked_ = true;
}

bool mutex::try_lock() noexcept {
  step_at(action::lock, __builtin_return_address(0));
  if (locked_) {
    return false;
  }
  locked_ = true;
  return true;
}

void mutex::unlock() noexcept {
  step_at(action::unlock, __builtin_return_address(0));
  locked_ = false;
  if (scheduler::current() != nullptr) {
    scheduler::get().wake_all(this);
  }
}

steady_clock::time_point steady_clock::now() noexcept {
  if (scheduler::current() == nullptr) {
    return time_point(std::chrono::hours(1));
  }
  step_at(action::clock, __builtin_return_address(0));
  scheduler::get().pass_time(std::chrono::microseconds(1));
  return scheduler::get().now();
}

}  // namespace controlled
