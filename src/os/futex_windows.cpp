// SPDX-License-Identifier: BSL-1.0
#include <filch/config.hpp>

#if defined(_WIN32) && !FILCH_PORTABLE_PARKER

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

#include <algorithm>

#include <filch/detail/base/atomic.hpp>

#include "os/futex_fork.hpp"

namespace filch::inline v0::detail {
namespace {

// WaitOnAddress takes pointers to volatile void for the word and to plain void for the value.
bool wait_on(const native_futex::word& w, std::uint32_t expected, DWORD milliseconds) noexcept {
  auto* const address = const_cast<native_futex::word*>(&w);
  return WaitOnAddress(address, &expected, sizeof(expected), milliseconds) != FALSE;
}

}  // namespace

void native_futex::wait(const word& w, std::uint32_t expected) noexcept { wait_on(w, expected, INFINITE); }

bool native_futex::wait_until(const word& w, std::uint32_t expected, time_point deadline) noexcept {
  const time_point now = time_point::clock::now();
  if (deadline <= now) {
    return false;  // a difference from the least time there is would not fit
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
  // A wait of more than an hour is cut; the caller checks its condition and the time again.
  wait_on(w, expected, static_cast<DWORD>(std::min<long long>(left, 3'600'000)));
  return time_point::clock::now() < deadline;
}

void native_futex::wake_one(const word* w) noexcept { WakeByAddressSingle(const_cast<word*>(w)); }

void native_futex::wake_all(const word* w) noexcept { WakeByAddressAll(const_cast<word*>(w)); }

void prepare_futexes_for_fork() noexcept {}
void renew_futexes_in_child() noexcept {}

}  // namespace filch::inline v0::detail

#endif
