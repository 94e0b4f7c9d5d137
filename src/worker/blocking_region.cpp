// SPDX-License-Identifier: BSL-1.0
#include "worker/blocking_region.hpp"

#include "base/spin_budget.hpp"
#include "base/wait_spin.hpp"
#include "parking/thread_parker.hpp"
#include "worker/current.hpp"
#include "worker/team.hpp"
#include "worker/worker.hpp"

namespace filch::inline v0 {

// Users make a region around a call that blocks, and every wait of filch makes one while it sleeps. In each pool that
// the thread is inside of, it lends its core, and puts the jobs that it was to run itself where others find them. For
// what the thread waits for, in whichever pool, may depend on these jobs (docs/design/guests-and-spares.md, "Spares").
blocking_region::blocking_region() noexcept {
  for (const detail::inside_scope* s = detail::innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      static_cast<detail::worker*>(s->host())->waits().begin_blocking();
    }
  }
}

blocking_region::~blocking_region() {
  for (const detail::inside_scope* s = detail::innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      static_cast<detail::worker*>(s->host())->waits().end_blocking();
    }
  }
}

namespace detail {

std::optional<steady_clock::time_point> waiting_region::retry_at() const noexcept {
  bool is_refused = false;
  for (const inside_scope* s = innermost_scope(); s != nullptr; s = s->outer()) {
    if (s->host() != nullptr) {
      is_refused = static_cast<worker*>(s->host())->waits().ask_for_spare() || is_refused;
    }
  }
  return is_refused ? std::optional(steady_clock::now() + team::spare_retry) : std::nullopt;
}

void waiting_region::park(thread_parker& parker) const noexcept {
  while (const auto retry = retry_at()) {
    if (parker.park_until(*retry)) {
      return;
    }
  }
  parker.park();
}

bool waiting_region::park_until(thread_parker& parker, steady_clock::time_point deadline) const noexcept {
  for (auto retry = retry_at(); retry && *retry < deadline; retry = retry_at()) {
    if (parker.park_until(*retry)) {
      return true;
    }
  }
  return parker.park_until(deadline);
}

void sleep_until_set(latch& done, thread_parker& parker) noexcept {
  if (innermost_scope() != nullptr) {  // to lend the cores and take them back costs more than a short wait
    for (spin_budget budget(wait_spin); !done.is_set() && budget.spin();) {
    }
  }
  if (done.arm(parker)) {
    const waiting_region others_run;
    do {
      others_run.park(parker);
    } while (!done.is_set());
  }
}

}  // namespace detail
}  // namespace filch::inline v0
