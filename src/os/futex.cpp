// SPDX-License-Identifier: BSL-1.0
#include <filch/config.hpp>

#if defined(__linux__) && !FILCH_PORTABLE_PARKER

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <filch/detail/base/atomic.hpp>

#include "os/futex_fork.hpp"

namespace filch::inline v0::detail {
namespace {

static_assert(sizeof(native_futex::word) == sizeof(std::uint32_t) && native_futex::word::is_always_lock_free,
              "the kernel reads the word as 32 plain bits");

// Without it nobody could sleep, and nobody be woken.
void end_if_refused(long result) noexcept {
  if (result == -1 && (errno == ENOSYS || errno == EPERM)) {
    std::fprintf(stderr, "filch: the system refuses futex: %s. Build filch with FILCH_PORTABLE_PARKER.\n",
                 std::strerror(errno));
    std::abort();
  }
}

template <class Time>
long call(long number, const native_futex::word* w, int operation, std::uint32_t value, const Time* deadline) noexcept {
  return ::syscall(number, w, operation | FUTEX_PRIVATE_FLAG, value, deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

long futex(const native_futex::word* w, int operation, std::uint32_t value, const timespec* deadline) noexcept {
#if defined(SYS_futex_time64)
  // Where long has 32 bits and time_t has 64, SYS_futex takes the timespec of before that. Kernels before 5.1 know no
  // other.
  if constexpr (sizeof(time_t) > sizeof(long)) {
    const long result = call(SYS_futex_time64, w, operation, value, deadline);
    if (result != -1 || errno != ENOSYS) {
      return result;
    }
    struct old_timespec {
      long seconds;
      long nanoseconds;
    };
    const old_timespec old =
        deadline != nullptr ? old_timespec{static_cast<long>(deadline->tv_sec), static_cast<long>(deadline->tv_nsec)}
                            : old_timespec{};
    return call(SYS_futex, w, operation, value, deadline != nullptr ? &old : nullptr);
  }
#endif
  return call(SYS_futex, w, operation, value, deadline);
}

}  // namespace

void native_futex::wait(const word& w, std::uint32_t expected) noexcept {
  end_if_refused(futex(&w, FUTEX_WAIT_BITSET, expected, nullptr));
}

bool native_futex::wait_until(const word& w, std::uint32_t expected, time_point deadline) noexcept {
  // FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC time, which is what steady_clock counts on Linux.
  const auto since_boot = deadline.time_since_epoch();
  if (since_boot.count() < 0) {
    return false;
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  timespec at{};
  at.tv_sec = static_cast<time_t>(seconds.count());
  at.tv_nsec = static_cast<long>(std::chrono::nanoseconds(since_boot - seconds).count());
  const long result = futex(&w, FUTEX_WAIT_BITSET, expected, &at);
  end_if_refused(result);
  return !(result == -1 && errno == ETIMEDOUT);
}

void native_futex::wake_one(const word* w) noexcept {
  end_if_refused(futex(w, FUTEX_WAKE, 1, nullptr));
}

void native_futex::wake_all(const word* w) noexcept {
  end_if_refused(futex(w, FUTEX_WAKE, INT_MAX, nullptr));
}

void prepare_futexes_for_fork() noexcept {}
void renew_futexes_in_child() noexcept {}

}  // namespace filch::inline v0::detail

#endif
