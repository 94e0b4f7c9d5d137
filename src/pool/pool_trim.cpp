// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdint>

#include "memory/block_cache.hpp"
#include "os/pages.hpp"
#include "os/slow_barrier.hpp"
#include "pool/pool_state.hpp"

// How memory of past bursts is given back: docs/design/memory.md, "Trimming".

namespace filch::inline v0::detail {

void pool_state::trim() noexcept {
  if (block_cache* const mine = block_cache::mine_if_any()) {
    mine->trim();
  }
  block_cache::trim_idle();
  if (!is_forked()) {
    // relaxed: see trims_asked.
    const std::uint32_t asked = trims_asked_.fetch_add(1, std::memory_order_relaxed) + 1;
    for (std::size_t i = 0, n = places(); i < n; ++i) {
      at(i).trim_if_asleep(asked);
    }
  }
  give_back_heap();
}

bool pool_state::nobody_reads_queues() noexcept {
  const auto any = [this](auto is_set) {
    bool is_any = is_set(discarder_reading_);
    for (std::size_t i = 0, n = places(); i < n; ++i) {
      is_any = is_any || is_set(at(i).reading());
    }
    return is_any;
  };
  if (native_policy::has_heavy_barrier()) {
    return reading_mark::none_is_set(any);
  }
  return pass_slow_barrier() && reading_mark::none_was_set(any);
}

}  // namespace filch::inline v0::detail
