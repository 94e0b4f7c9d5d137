// SPDX-License-Identifier: BSL-1.0
#include <sched.h>

#include <cstdint>

#include "controlled/scheduler.hpp"

// The compiler calls these around the initialiser of a local static variable. The standard library's let a second
// thread wait in the kernel, with the baton; these let it wait in the scheduler.

namespace {

struct guard {
  std::uint8_t done;  // the compiler reads it
  std::uint8_t busy;
};

void wait_for(const guard& g) noexcept {
  if (controlled::scheduler::current() != nullptr) {
    controlled::scheduler::get().block(&g, "a static variable's initialiser");
  } else {
    ::sched_yield();
  }
}

void let_others(const guard& g) noexcept {
  if (controlled::scheduler::current() != nullptr) {
    controlled::scheduler::get().wake_all(&g);
  }
}

}  // namespace

extern "C" {

int __cxa_guard_acquire(guard* g) {
  while (g->busy != 0) {
    wait_for(*g);
  }
  if (g->done != 0) {
    return 0;
  }
  g->busy = 1;
  return 1;
}

void __cxa_guard_release(guard* g) noexcept {
  g->done = 1;
  g->busy = 0;
  let_others(*g);
}

void __cxa_guard_abort(guard* g) noexcept {
  g->busy = 0;
  let_others(*g);
}
}
