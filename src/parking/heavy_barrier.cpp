// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/atomic.hpp>

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace filch::inline v0::detail {

#if defined(__linux__)

bool native_policy::has_heavy_barrier() noexcept {
  static const bool registered = ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  return registered;
}

bool native_policy::heavy_barrier() noexcept {
  return has_heavy_barrier() && ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

#else

bool native_policy::has_heavy_barrier() noexcept { return false; }
bool native_policy::heavy_barrier() noexcept { return false; }

#endif

}  // namespace filch::inline v0::detail
