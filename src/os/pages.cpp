// SPDX-License-Identifier: BSL-1.0
#include "os/pages.hpp"

#include <cstdint>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#elif defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace filch::inline v0::detail {

namespace {

std::uintptr_t page_size() noexcept {
#if defined(_WIN32)
  return 4096;
#elif defined(__unix__) || defined(__APPLE__)
  return static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
#else
  return 1;
#endif
}

// A refusal leaves everything as it was.
void give_back([[maybe_unused]] void* first, [[maybe_unused]] std::size_t bytes) noexcept {
#if defined(_WIN32)
  static_cast<void>(::VirtualAlloc(first, bytes, MEM_RESET, PAGE_READWRITE));
#elif defined(__linux__)
  static_cast<void>(::madvise(first, bytes, MADV_DONTNEED));
#elif defined(MADV_FREE)
  static_cast<void>(::madvise(first, bytes, MADV_FREE));
#endif
}

}  // namespace

void give_back_pages(void* memory, std::size_t bytes) noexcept {
  const std::uintptr_t page = page_size();
  const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(memory) + page - 1) / page * page;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / page * page;
  if (begin < end) {
    give_back(reinterpret_cast<void*>(begin), end - begin);
  }
}

void give_back_heap() noexcept {
#if defined(__GLIBC__)
  static_cast<void>(::malloc_trim(0));
#endif
}

}  // namespace filch::inline v0::detail
