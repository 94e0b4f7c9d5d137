// SPDX-License-Identifier: BSL-1.0
#pragma once

// Replaces operator new by one that fails when a test says so. For the one source file of a test.

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace filch_test {

/// How many allocations of this thread succeed before one fails; negative: all do.
inline thread_local int allocations_left = -1;
/// Allocations that were not given back.
inline std::atomic<long> alive{0};

inline void* allocate(std::size_t bytes, std::size_t alignment) {
  if (allocations_left == 0) {
    throw std::bad_alloc();
  }
  if (allocations_left > 0) {
    --allocations_left;
  }
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  void* const p = std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
  if (p == nullptr) {
    throw std::bad_alloc();
  }
  alive.fetch_add(1, std::memory_order_relaxed);
  return p;
}

inline void release(void* p) noexcept {
  if (p != nullptr) {
    alive.fetch_sub(1, std::memory_order_relaxed);
    std::free(p);
  }
}

}  // namespace filch_test

void* operator new(std::size_t n) { return filch_test::allocate(n, alignof(std::max_align_t)); }
void* operator new[](std::size_t n) { return filch_test::allocate(n, alignof(std::max_align_t)); }
void* operator new(std::size_t n, std::align_val_t a) { return filch_test::allocate(n, static_cast<std::size_t>(a)); }
void* operator new[](std::size_t n, std::align_val_t a) { return filch_test::allocate(n, static_cast<std::size_t>(a)); }
// std::stable_sort and Catch2 use it; ASan's own would not call the one above.
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  try {
    return filch_test::allocate(n, alignof(std::max_align_t));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* p) noexcept { filch_test::release(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { filch_test::release(p); }
void operator delete[](void* p) noexcept { filch_test::release(p); }
void operator delete(void* p, std::size_t) noexcept { filch_test::release(p); }
void operator delete[](void* p, std::size_t) noexcept { filch_test::release(p); }
void operator delete(void* p, std::align_val_t) noexcept { filch_test::release(p); }
void operator delete[](void* p, std::align_val_t) noexcept { filch_test::release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { filch_test::release(p); }
void operator delete[](void* p, std::size_t, std::align_val_t) noexcept { filch_test::release(p); }
