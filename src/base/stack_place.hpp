// SPDX-License-Identifier: BSL-1.0
#pragma once

#if defined(__ELF__)
#define FILCH_WEAK __attribute__((weak, visibility("default")))
// AddressSanitizer's. Null in a program without it. Declared here, because a program that has it may be linked with a
// library that was built without.
extern "C" FILCH_WEAK void* __asan_get_current_fake_stack();
extern "C" FILCH_WEAK void* __asan_addr_is_in_fake_stack(void* fake_stack, void* address, void** begin, void** end);
#undef FILCH_WEAK
#endif

namespace filch::inline v0::detail {

/// Where on this thread's stack an object of a function lies. That is its address, unless AddressSanitizer looks for
/// uses of objects after their functions have returned. It then keeps such objects elsewhere, and the place is that of
/// the function. The address of any other object is returned as it is.
[[nodiscard]] inline const void* stack_place(const void* object) noexcept {
#if defined(__ELF__)
  if (&__asan_get_current_fake_stack != nullptr && &__asan_addr_is_in_fake_stack != nullptr) {
    if (void* const fake = __asan_get_current_fake_stack()) {
      const void* const real =
          __asan_addr_is_in_fake_stack(fake, const_cast<void*>(object), nullptr, nullptr);
      return real != nullptr ? real : object;
    }
  }
#endif
  return object;
}

}  // namespace filch::inline v0::detail
