// SPDX-License-Identifier: BSL-1.0
#include "pools/tbb_arena.hpp"

#include "support/placement.hpp"

namespace filch_bench {

tbb_arenas::tbb_arenas(std::size_t threads)
    : limit_(tbb::global_control::max_allowed_parallelism, threads + 1),
      with_caller_(static_cast<int>(threads), 1),
      workers_(static_cast<int>(threads + outside_slots), outside_slots),
      place_with_caller_(with_caller_, 1),
      place_workers_(workers_, static_cast<int>(outside_slots)) {}

tbb_arenas::~tbb_arenas() = default;

tbb_arenas::placer::placer(tbb::task_arena& arena, int first_worker)
    : tbb::task_scheduler_observer(arena), first_worker_(first_worker) {
  if (pinning_enabled()) {
    observe(true);
  }
}

tbb_arenas::placer::~placer() { observe(false); }

void tbb_arenas::placer::on_scheduler_entry(bool is_worker) {
  const int index = tbb::this_task_arena::current_thread_index();
  if (is_worker && index >= first_worker_) {
    place_thread(static_cast<std::size_t>(index - first_worker_) + 1);
  }
}

}  // namespace filch_bench
