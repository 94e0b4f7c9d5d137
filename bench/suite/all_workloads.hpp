// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "micro/handover.hpp"
#include "micro/idle_cpu.hpp"
#include "micro/queued_bytes.hpp"
#include "micro/spawn_tree.hpp"
#include "micro/submit.hpp"
#include "micro/wake.hpp"
#include "workloads/bursts/bursts.hpp"
#include "workloads/fib/fib.hpp"
#include "workloads/loops/loops.hpp"
#include "workloads/matmul/matmul.hpp"
#include "workloads/nqueens/nqueens.hpp"
#include "workloads/quicksort/quicksort.hpp"
#include "workloads/skynet/skynet.hpp"
#include "workloads/uts/uts.hpp"

namespace filch_bench {

template <class Pool>
void register_fork_join(const options& asked) {
  register_fib<Pool>(asked);
  register_skynet<Pool>(asked);
  register_nqueens<Pool>(asked);
  register_matmul<Pool>(asked);
  register_uts<Pool>(asked);
  register_quicksort<Pool>(asked);
  register_loop_uniform<Pool>(asked);
  register_loop_skewed<Pool>(asked);
  register_bursts<Pool>(asked);
}

/// Everything that the pool can do.
template <class Pool>
void register_all(const options& asked) {
  register_submit<Pool>(asked);
  register_spawn_tree<Pool>(asked);
  register_handover<Pool>(asked);
  register_wake<Pool>(asked);
  register_idle_cpu<Pool>(asked);
  register_queued_bytes<Pool>(asked);
  if constexpr (Pool::forks) {
    register_fork_join<Pool>(asked);
  }
}

}  // namespace filch_bench
