// SPDX-License-Identifier: BSL-1.0
#include <filch/detail/base/mutex.hpp>

#if defined(_WIN32)

#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>

namespace filch::inline v0::detail {
namespace {

static_assert(sizeof(mutex) == sizeof(SRWLOCK) && alignof(mutex) == alignof(SRWLOCK));

PSRWLOCK lock_in(void*& word) noexcept { return reinterpret_cast<PSRWLOCK>(&word); }

}  // namespace

void mutex::lock() noexcept { AcquireSRWLockExclusive(lock_in(word_)); }
void mutex::unlock() noexcept { ReleaseSRWLockExclusive(lock_in(word_)); }
bool mutex::try_lock() noexcept { return TryAcquireSRWLockExclusive(lock_in(word_)) != 0; }

}  // namespace filch::inline v0::detail

#endif
