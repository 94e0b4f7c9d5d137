// SPDX-License-Identifier: BSL-1.0
#include "memory/block_cache.hpp"
#include "os/pages.hpp"
#include "pool/pool_state.hpp"

// How memory of past bursts is given back: docs/design/memory.md, "Trimming".

namespace filch::inline v0::detail {

void pool_state::trim() noexcept {
  if (block_cache* const mine = block_cache::mine_if_any()) {
    mine->trim();
  }
  block_cache::trim_idle();
  if (!is_forked()) {
    team_.ask_for_trim();
  }
  give_back_heap();
}

}  // namespace filch::inline v0::detail
