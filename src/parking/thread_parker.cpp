// SPDX-License-Identifier: BSL-1.0
#include "parking/thread_parker.hpp"

#include <mutex>
#include <utility>

#include <filch/detail/parking/latch.hpp>

#include "base/process_locks.hpp"
#include "base/thread_exit.hpp"

namespace filch::inline v0::detail {

/// The parkers whose threads have ended. A lock is fast enough, because it is taken once for each thread.
class parker_registry {
 public:
  [[nodiscard]] thread_parker& acquire() {
    const std::lock_guard lock(locks.parkers);
    if (free_ == nullptr) {
      return *new thread_parker;
    }
    return *std::exchange(free_, free_->next_free_);
  }

  void release(thread_parker& p) noexcept {
    const std::lock_guard lock(locks.parkers);
    p.next_free_ = std::exchange(free_, &p);
  }

  [[nodiscard]] static parker_registry& get() noexcept;

 private:
  thread_parker* free_ = nullptr;  // guarded by locks.parkers
};

namespace {

constinit parker_registry registry;

}  // namespace

parker_registry& parker_registry::get() noexcept { return registry; }

namespace {

thread_local thread_parker* current = nullptr;
thread_local bool this_thread_ends = false;  // its parker has been handed on

void hand_on_parker() noexcept {
  this_thread_ends = true;
  if (current != nullptr) {
    parker_registry::get().release(*std::exchange(current, nullptr));
  }
}

}  // namespace

thread_parker& thread_parker::mine() {
  if (current == nullptr) {
    at_thread_exit<&hand_on_parker>();
    current = &parker_registry::get().acquire();
  }
  return *current;
}

thread_parker& thread_parker::acquire() { return parker_registry::get().acquire(); }
void thread_parker::release(thread_parker& p) noexcept { parker_registry::get().release(p); }

parker_for_wait::parker_for_wait()
    : is_borrowed_(this_thread_ends), parker_(is_borrowed_ ? thread_parker::acquire() : thread_parker::mine()) {}

// A token that comes late wakes the next owner of the parker for nothing, which does no harm.
parker_for_wait::~parker_for_wait() {
  if (is_borrowed_) {
    thread_parker::release(parker_);
  }
}

void unpark(thread_parker& parker) noexcept { parker.unpark(); }

}  // namespace filch::inline v0::detail
