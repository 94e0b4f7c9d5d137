// SPDX-License-Identifier: BSL-1.0
#pragma once

/// Marks the recursion of a serial version: its calls stay calls, so that the row tells what the
/// plain call costs and not what a compiler makes of a tree it can see through.
#if defined(__clang__)
#define FILCH_BENCH_OPAQUE __attribute__((noinline))
#elif defined(__GNUC__)
#define FILCH_BENCH_OPAQUE __attribute__((noipa))
#else
#define FILCH_BENCH_OPAQUE __declspec(noinline)
#endif
