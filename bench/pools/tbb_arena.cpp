// SPDX-License-Identifier: BSL-1.0
#include "pools/tbb_arena.hpp"

#include "support/placement.hpp"

namespace filch_bench {

tbb_arena::placer::placer(tbb::task_arena& arena, unsigned callers)
    : tbb::task_scheduler_observer(arena), callers_(callers) {
  if (pinning_enabled()) {
    observe(true);
  }
}

tbb_arena::placer::~placer() { observe(false); }

void tbb_arena::placer::on_scheduler_entry(bool is_worker) {
  const int index = tbb::this_task_arena::current_thread_index();
  if (is_worker && index >= static_cast<int>(callers_)) {
    place_thread(static_cast<std::size_t>(index) - callers_ + 1);
  }
}

}  // namespace filch_bench
