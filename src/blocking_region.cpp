// SPDX-License-Identifier: BSL-1.0
#include "blocking_region.hpp"

#include "current.hpp"
#include "parking/thread_parker.hpp"
#include "spin_budget.hpp"
#include "wait_spin.hpp"
#include "worker.hpp"

namespace filch::inline v0 {

// Users make one around a call that blocks, and every wait of filch makes one while it sleeps. In each pool the core is lent, and
// what the thread was to run itself is put where others find it, for what the thread waits for may depend on that, in whichever
// pool (docs/design/waiting.md, "Spares").
blocking_region::blocking_region() noexcept {
  for (const detail::inside_scope* s = detail::innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      static_cast<detail::worker*>(s->host())->begin_blocking();
    }
  }
}

blocking_region::~blocking_region() {
  for (const detail::inside_scope* s = detail::innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      static_cast<detail::worker*>(s->host())->end_blocking();
    }
  }
}

namespace detail {

void sleep_until_set(latch& done, thread_parker& parker) noexcept {
  if (innermost_scope() != nullptr) {  // to give the cores away and take them back costs more than a short wait
    for (spin_budget budget(wait_spin); !done.is_set() && budget.spin();) {
    }
  }
  if (done.arm(parker)) {
    const blocking_region others_run;
    do {
      parker.park();
    } while (!done.is_set());
  }
}

}  // namespace detail
}  // namespace filch::inline v0
