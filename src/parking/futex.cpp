// SPDX-License-Identifier: BSL-1.0
#include <filch/config.hpp>

#if defined(__linux__) && !FILCH_PORTABLE_PARKER

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>

#include <filch/detail/atomic.hpp>

#include "parking/futex_fork.hpp"

namespace filch::inline v0::detail {
namespace {

static_assert(sizeof(native_futex::word) == sizeof(std::uint32_t) && native_futex::word::is_always_lock_free,
              "the kernel reads the word as 32 plain bits");

long futex(const native_futex::word* w, int operation, std::uint32_t value, const timespec* deadline) noexcept {
  return ::syscall(SYS_futex, w, operation | FUTEX_PRIVATE_FLAG, value, deadline, nullptr, FUTEX_BITSET_MATCH_ANY);
}

}  // namespace

void native_futex::wait(const word& w, std::uint32_t expected) noexcept {
  futex(&w, FUTEX_WAIT_BITSET, expected, nullptr);
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
  return !(futex(&w, FUTEX_WAIT_BITSET, expected, &at) == -1 && errno == ETIMEDOUT);
}

void native_futex::wake_one(const word* w) noexcept { futex(w, FUTEX_WAKE, 1, nullptr); }

void native_futex::wake_all(const word* w) noexcept { futex(w, FUTEX_WAKE, INT_MAX, nullptr); }

void prepare_futexes_for_fork() noexcept {}
void renew_futexes_in_child() noexcept {}

}  // namespace filch::inline v0::detail

#endif
