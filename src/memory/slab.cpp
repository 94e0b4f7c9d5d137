// SPDX-License-Identifier: BSL-1.0
#include "memory/slab.hpp"

#include <mutex>
#include <new>
#include <vector>

namespace filch::inline v0::detail {
namespace {

// A chunk is large enough to come straight from the system, which gives pages only as they are touched.
constexpr std::size_t slabs_per_chunk = 16;

class slab_source {
 public:
  [[nodiscard]] void* allocate() {
    const std::lock_guard lock(mutex_);
    if (left_ == 0) {
      chunks_.reserve(chunks_.size() + 1);
      void* const chunk = ::operator new((slabs_per_chunk + 1) * slab::bytes);
      chunks_.push_back(chunk);
      next_ = (reinterpret_cast<std::uintptr_t>(chunk) + slab::bytes - 1) & ~(slab::bytes - 1);
      left_ = slabs_per_chunk;
    }
    void* const memory = reinterpret_cast<void*>(next_);
    next_ += slab::bytes;
    --left_;
    return memory;
  }

 private:
  std::mutex mutex_;
  std::vector<void*> chunks_;
  std::uintptr_t next_ = 0;
  std::size_t left_ = 0;
};

}  // namespace

void* allocate_slab() {
  static auto& source = *new slab_source;  // never destroyed: blocks outlive static destruction
  return source.allocate();
}

}  // namespace filch::inline v0::detail
