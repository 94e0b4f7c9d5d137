// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/detail/base/compiler.hpp>

// A program under ThreadSanitizer may be linked with a library that is not. The sanitizer then sees what our headers do
// in the program, and not how the compiled half hands it from thread to thread. The headers tell it, by these functions
// (docs/design/thread-sanitizer.md).
#if defined(__SANITIZE_THREAD__)
#define FILCH_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FILCH_TSAN 1
#endif
#endif

#if defined(FILCH_TSAN)
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace filch::inline v0::detail {

/// What this thread did before happens before what others do after `tsan_acquire` of the same address.
FILCH_INLINE void tsan_release([[maybe_unused]] const volatile void* address) noexcept {
#if defined(FILCH_TSAN)
  __tsan_release(const_cast<void*>(address));
#endif
}

FILCH_INLINE void tsan_acquire([[maybe_unused]] const volatile void* address) noexcept {
#if defined(FILCH_TSAN)
  __tsan_acquire(const_cast<void*>(address));
#endif
}

}  // namespace filch::inline v0::detail
