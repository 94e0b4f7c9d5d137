// SPDX-License-Identifier: BSL-1.0
#include "pool/discards.hpp"

#include <cstddef>
#include <mutex>
#include <utility>

#include <filch/detail/base/inside_scope.hpp>
#include <filch/detail/job/job.hpp>

#include "pool/pool_state.hpp"
#include "worker/team.hpp"

namespace filch::inline v0::detail {

void discards::discard_queued() noexcept {
  pool_.team().callers().enter();
  {
    const inside_scope inside(pool_, nullptr);
    discard_all();
  }
  pool_.team().caller_leaves();
}

void discards::discard_all() noexcept {
  team& all = pool_.team();
  for (std::size_t i = 0, n = all.slots(); i < n; ++i) {
    while (job* const j = take(all.at(i))) {
      discard_chain(j);
    }
  }
}

void discards::discard_chain(job* first) noexcept {
  while (first != nullptr) {
    job& j = *std::exchange(first, first->next);
    j.discard();
    pool_.counts().add_discarded_outside();
  }
}

job* discards::take(peer& from) noexcept {
  const std::lock_guard lock(one_at_a_time_);
  pool_.team().discarder_reading().begin();
  job* const taken = from.queues().take_some();
  pool_.team().discarder_reading().end();
  return taken;
}

}  // namespace filch::inline v0::detail
