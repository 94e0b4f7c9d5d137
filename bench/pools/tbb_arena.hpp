// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <cstddef>

namespace filch_bench {

/// A task_arena of `workers` TBB workers and `callers` slots for outside threads, whose workers are
/// pinned on request.
class tbb_arena {
 public:
  tbb_arena(std::size_t workers, unsigned callers)
      : arena_(static_cast<int>(workers + callers), callers), place_(arena_, callers) {}

  tbb::task_arena& operator*() { return arena_; }
  tbb::task_arena* operator->() { return &arena_; }

 private:
  class placer final : public tbb::task_scheduler_observer {
   public:
    placer(tbb::task_arena& arena, unsigned callers);
    ~placer() override;
    void on_scheduler_entry(bool is_worker) override;

   private:
    unsigned callers_;
  };

  tbb::task_arena arena_;
  placer place_;
};

}  // namespace filch_bench
