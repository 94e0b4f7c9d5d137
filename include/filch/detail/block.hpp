// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <new>
#include <utility>

#include <filch/config.hpp>

namespace filch::inline v0::detail {

/// Memory for one job, aligned to a cache line, from the calling thread's cache. Throws std::bad_alloc.
/// Lock-free once the thread's cache has grown to what it needs.
[[nodiscard]] FILCH_EXPORT void* allocate_block(std::size_t bytes);

/// Gives it back; from any thread, in batches to the thread it came from.
FILCH_EXPORT void release_block(void* block, std::size_t bytes) noexcept;

inline constexpr std::size_t block_alignment = 64;

/// The same for a type that may be over-aligned.
template <class T>
[[nodiscard]] void* allocate_for() {
  if constexpr (alignof(T) > block_alignment) {
    return ::operator new(sizeof(T), std::align_val_t{alignof(T)});
  } else {
    return allocate_block(sizeof(T));
  }
}

template <class T>
void release_for(void* memory) noexcept {
  if constexpr (alignof(T) > block_alignment) {
    ::operator delete(memory, std::align_val_t{alignof(T)});
  } else {
    release_block(memory, sizeof(T));
  }
}

/// Frees the memory unless told to keep it.
template <class T>
class block_guard {
 public:
  block_guard() : memory_(allocate_for<T>()) {}
  ~block_guard() {
    if (memory_ != nullptr) {
      release_for<T>(memory_);
    }
  }
  block_guard(const block_guard&) = delete;
  block_guard& operator=(const block_guard&) = delete;

  [[nodiscard]] void* get() const noexcept { return memory_; }
  void keep() noexcept { memory_ = nullptr; }

 private:
  void* memory_;
};

/// Allocates and constructs; frees the memory if the constructor throws.
template <class T, class... Args>
[[nodiscard]] T* make_in_block(Args&&... args) {
  block_guard<T> guard;
  T* const object = ::new (guard.get()) T(std::forward<Args>(args)...);
  guard.keep();
  return object;
}

}  // namespace filch::inline v0::detail
