// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/base/atomic.hpp>

#include "os/slow_barrier.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#endif

namespace filch::inline v0::detail {

#if defined(__linux__)

namespace {

bool membarrier(int command) noexcept { return ::syscall(SYS_membarrier, command, 0, 0) == 0; }

bool is_registered() noexcept {
  static const bool registered = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
  return registered;
}

// Whether the system has refused a barrier after it had promised them.
constinit atomic<bool> is_refused{false};

// A processor keeps a store to itself for far less than a millisecond, because its store buffer empties itself,
// whatever the processor does meanwhile. So when this time is over, all other processors see the stores from before it.
// Their later loads see the stores of this thread, which the first exchange has made visible (Morrison and Afek,
// "Temporally Bounding TSO for Fence-Free Asymmetric Synchronization", ASPLOS 2015). All that rely on barriers learn to
// do without them at the first refusal, so this is rare.
constexpr std::chrono::milliseconds longest_delay_of_a_store{10};

void wait_for_all_stores() noexcept {
  // [B1] seq_cst: a full fence of this thread, before the wait. Pairs with [B2].
  is_refused.exchange(true, std::memory_order_seq_cst);
  const auto end = steady_clock::now() + longest_delay_of_a_store;
  do {
    const timespec pause{0, std::chrono::nanoseconds(longest_delay_of_a_store).count()};
    ::nanosleep(&pause, nullptr);  // a signal may end it
  } while (steady_clock::now() < end);
  // [B2] seq_cst: the same after it. Pairs with [B1].
  is_refused.exchange(true, std::memory_order_seq_cst);
}

}  // namespace

bool native_policy::has_heavy_barrier() noexcept {
  // relaxed: whoever reads an old value asks for a barrier, which is slow then.
  return is_registered() && !is_refused.load(std::memory_order_relaxed);
}

bool native_policy::heavy_barrier() noexcept {
  if (!is_registered()) {
    return false;
  }
  if (!has_heavy_barrier() || !membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)) {
    wait_for_all_stores();
  }
  return true;
}

bool pass_slow_barrier() noexcept {
  wait_for_all_stores();
  return true;
}

#else

bool pass_slow_barrier() noexcept { return false; }
bool native_policy::has_heavy_barrier() noexcept { return false; }
bool native_policy::heavy_barrier() noexcept { return false; }

#endif

}  // namespace filch::inline v0::detail
