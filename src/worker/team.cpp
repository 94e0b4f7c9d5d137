// SPDX-License-Identifier: BSL-1.0
#include "worker/team.hpp"

#include <algorithm>
#include <utility>

#include <filch/available_parallelism.hpp>

#include "os/slow_barrier.hpp"

namespace filch::inline v0::detail {

// More searchers than half of what can run at once only take the CPU from workers that have work.
team::team(const settings& s, spare_source& spares)
    : basic_wakeups(s.workers, s.workers + extra_slots::max_guests + s.max_spares),
      extra_slots_(s.max_spares),
      spares_(spares),
      spin_(s.spin.count()),
      takes_any_(s.takes_any),
      search_cap_(static_cast<std::uint32_t>((std::min(s.workers, available_parallelism()) + 1) / 2)) {
  workers_.reserve(s.workers);
}

team::~team() = default;

void team::add(std::unique_ptr<worker> w) { workers_.push_back(std::move(w)); }

void team::ask_for_trim() noexcept {
  // relaxed: see trims_asked.
  const std::uint32_t asked = trims_asked_.fetch_add(1, std::memory_order_relaxed) + 1;
  for (std::size_t i = 0, n = slots(); i < n; ++i) {
    at(i).trim_if_asleep(asked);
  }
}

bool team::nobody_reads_queues() noexcept {
  const auto any = [this](auto is_set) {
    bool is_any = is_set(discarder_reading_);
    for (std::size_t i = 0, n = slots(); i < n; ++i) {
      is_any = is_any || is_set(at(i).reading());
    }
    return is_any;
  };
  if (native_policy::has_heavy_barrier()) {
    return hazard_flag::none_is_set(any);
  }
  return pass_slow_barrier() && hazard_flag::none_was_set(any);
}

}  // namespace filch::inline v0::detail
