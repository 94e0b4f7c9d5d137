// SPDX-License-Identifier: BSL-1.0
#include "explorer/arena.hpp"

#include <array>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <new>

namespace filch_model::arena {
namespace {

constexpr std::size_t size = std::size_t{4} << 20;

alignas(4096) constinit std::array<std::byte, size> memory{};
constinit std::size_t used = 0;
constinit bool is_open = false;

void* allocate(std::size_t bytes, std::size_t alignment) {
  if (!is_open) {
    if (void* const p = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment)) {
      return p;
    }
    throw std::bad_alloc();
  }
  const std::size_t begin = (used + alignment - 1) / alignment * alignment;
  if (begin + bytes > size) {
    throw std::bad_alloc();
  }
  used = begin + bytes;
  return memory.data() + begin;
}

void release(void* p) noexcept {
  const auto* const at = static_cast<std::byte*>(p);
  const std::less<> before;
  if (before(at, memory.data()) || !before(at, memory.data() + size)) {
    std::free(p);
  }
}

}  // namespace

void open() noexcept { is_open = true; }
void close() noexcept { is_open = false; }
void reset() noexcept { used = 0; }

}  // namespace filch_model::arena

void* operator new(std::size_t bytes) { return filch_model::arena::allocate(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return filch_model::arena::allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept { filch_model::arena::release(p); }
void operator delete(void* p, std::size_t) noexcept { filch_model::arena::release(p); }
void operator delete(void* p, std::align_val_t) noexcept { filch_model::arena::release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { filch_model::arena::release(p); }
