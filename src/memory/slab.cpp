// SPDX-License-Identifier: BSL-1.0
#include "memory/slab.hpp"

#include <cstdint>
#include <mutex>
#include <vector>

#include "base/process_locks.hpp"
#include "base/tuning.hpp"
#include "os/pages.hpp"

namespace filch::inline v0::detail {
namespace {

class slab_source {
 public:
  [[nodiscard]] void* allocate() {
    if (free_.empty()) {
      add_chunk();
    }
    void* const memory = free_.back();
    free_.pop_back();
    return memory;
  }

  void release(void* memory) noexcept {
    free_.push_back(memory);  // there is room for all slabs
  }

 private:
  void add_chunk() {
    free_.reserve(slabs_ + tuning::slabs_per_chunk);
    // Never deleted, as the source is not.
    void* const chunk = ::operator new((tuning::slabs_per_chunk + 1) * slab::bytes);
    const std::uintptr_t first = (reinterpret_cast<std::uintptr_t>(chunk) + slab::bytes - 1) & ~(slab::bytes - 1);
    for (std::size_t i = tuning::slabs_per_chunk; i-- > 0;) {
      free_.push_back(reinterpret_cast<void*>(first + i * slab::bytes));
    }
    slabs_ += tuning::slabs_per_chunk;
  }

  std::vector<void*> free_;
  std::size_t slabs_ = 0;
};

// Made by the first slab, never destroyed: blocks outlive static destruction. Guarded by locks.slabs.
constinit slab_source* source = nullptr;

}  // namespace

void* allocate_slab() {
  const std::lock_guard lock(locks.slabs);
  if (source == nullptr) {
    source = new slab_source;
  }
  return source->allocate();
}

void release_slab(void* memory) noexcept {
  give_back_pages(memory, slab::bytes);
  const std::lock_guard lock(locks.slabs);
  source->release(memory);
}

}  // namespace filch::inline v0::detail
