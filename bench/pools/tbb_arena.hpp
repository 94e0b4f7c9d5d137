// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

#include <cstddef>

namespace filch_bench {

/// The arenas of the oneTBB adapters, and as many TBB workers as they need: by itself TBB makes one
/// fewer than there are CPUs.
class tbb_arenas {
 public:
  explicit tbb_arenas(std::size_t threads);
  tbb_arenas(const tbb_arenas&) = delete;
  tbb_arenas& operator=(const tbb_arenas&) = delete;
  ~tbb_arenas();

  /// n threads, of which the caller of execute() is one.
  tbb::task_arena& with_caller() { return with_caller_; }

  /// n workers, and slots beside them for outside threads that submit.
  tbb::task_arena& workers() { return workers_; }

  /// Whether the caller is a worker of workers().
  [[nodiscard]] static bool on_worker() {
    return tbb::this_task_arena::current_thread_index() >= static_cast<int>(outside_slots);
  }

 private:
  static constexpr unsigned outside_slots = 16;

  /// Pins each TBB worker that enters the arena.
  class placer final : public tbb::task_scheduler_observer {
   public:
    placer(tbb::task_arena& arena, int first_worker);
    ~placer() override;
    void on_scheduler_entry(bool is_worker) override;

   private:
    int first_worker_;
  };

  tbb::global_control limit_;
  tbb::task_arena with_caller_;
  tbb::task_arena workers_;
  placer place_with_caller_;
  placer place_workers_;
};

}  // namespace filch_bench
