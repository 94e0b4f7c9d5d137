// SPDX-License-Identifier: BSL-1.0
#include "parking/heavy_barrier.hpp"

#if defined(__linux__)
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace filch::inline v0::detail {

#if defined(__linux__)

void heavy_barrier() noexcept {
  static const bool registered = ::syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
  if (registered) {
    ::syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  }
}

#else

void heavy_barrier() noexcept {}

#endif

}  // namespace filch::inline v0::detail
