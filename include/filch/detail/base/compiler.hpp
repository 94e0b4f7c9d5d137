// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>  // says whether this is glibc

#include <filch/config.hpp>

namespace filch::inline v0::detail {
/// As a template's argument it makes an instantiation FILCH_LOCAL. (clang forgets the attribute of a class template's
/// template.)
struct FILCH_LOCAL this_module;
}  // namespace filch::inline v0::detail

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

/// How a variable of the library's that every thread has its own of is found: in a shared library by one load more than
/// in a program that it was linked into, where the compiler knows the place. The library itself may end up in either.
/// What is loaded later, as a plugin, finds room for such variables with glibc, but not with musl.
#if !defined(__ELF__) || (defined(__linux__) && !defined(__GLIBC__) && defined(__PIC__) && !defined(__PIE__))
#define FILCH_TLS_MODEL
#elif !FILCH_SHARED && !defined(FILCH_BUILDING) && (defined(__PIE__) || !defined(__PIC__))
#define FILCH_TLS_MODEL __attribute__((tls_model("local-exec")))
#else
#define FILCH_TLS_MODEL __attribute__((tls_model("initial-exec")))
#endif
