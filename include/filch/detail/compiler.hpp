// SPDX-License-Identifier: BSL-1.0
#pragma once

/// A function of its own, away from the fast path of its caller.
#if defined(_MSC_VER) && !defined(__clang__)
#define FILCH_COLD __declspec(noinline)
#else
#define FILCH_COLD __attribute__((noinline, cold))
#endif

/// Part of its caller's fast path, whatever the compiler thinks of its size.
#if defined(_MSC_VER) && !defined(__clang__)
#define FILCH_INLINE __forceinline
#else
#define FILCH_INLINE __attribute__((always_inline)) inline
#endif
