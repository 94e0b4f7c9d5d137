// SPDX-License-Identifier: BSL-1.0
#include "memory/block_cache.hpp"

#include <filch/detail/memory/block.hpp>

#include <mutex>
#include <new>
#include <utility>

#include "base/process_locks.hpp"
#include "base/thread_exit.hpp"
#include "base/tuning.hpp"
#include "memory/slab.hpp"

// 1: every block comes from operator new. A build may say so itself. Otherwise it is so under AddressSanitizer, which
// can then see a use after the release.
#if !defined(FILCH_PLAIN_BLOCKS) && defined(__SANITIZE_ADDRESS__)
#define FILCH_PLAIN_BLOCKS 1
#elif !defined(FILCH_PLAIN_BLOCKS) && defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FILCH_PLAIN_BLOCKS 1
#endif
#endif
#if !defined(FILCH_PLAIN_BLOCKS)
#define FILCH_PLAIN_BLOCKS 0
#endif

namespace filch::inline v0::detail {
namespace {

constexpr std::size_t size_of_class(std::size_t index) noexcept { return std::size_t{64} << index; }

static_assert(size_of_class(block_lists::index_of(block_lists::largest)) == block_cache::largest);
static_assert(sizeof(cut_slab) <= size_of_class(0));

}  // namespace

/// The caches whose threads have ended. A lock is fast enough, because it is taken twice for each thread, and by a
/// thread that ends.
class cache_registry {
 public:
  [[nodiscard]] block_cache& acquire() {
    const std::lock_guard lock(locks.caches);
    if (idle_ == nullptr) {
      return *new block_cache;
    }
    return *std::exchange(idle_, idle_->next_idle_);
  }

  void release(block_cache& c) noexcept {
    c.flush();
    const std::lock_guard lock(locks.caches);
    c.next_idle_ = std::exchange(idle_, &c);
  }

  template <class Visit>
  void for_each_idle(Visit visit) noexcept {
    const std::lock_guard lock(locks.caches);
    for (block_cache* c = idle_; c != nullptr; c = c->next_idle_) {
      visit(*c);
    }
  }

  [[nodiscard]] static cache_registry& get() noexcept;

 private:
  block_cache* idle_ = nullptr;  // guarded by locks.caches
};

namespace {

constinit cache_registry registry;

}  // namespace

cache_registry& cache_registry::get() noexcept { return registry; }

constinit thread_local block_lists* this_thread_blocks = nullptr;

#if !defined(__ELF__)
block_lists* current_blocks() noexcept { return this_thread_blocks; }
#endif

namespace {

[[nodiscard]] block_cache* current() noexcept { return static_cast<block_cache*>(this_thread_blocks); }

// The thread_local objects of the thread are being destroyed, and its cache has been handed on. From then on the thread
// borrows a cache for each single operation, in the destructors of other such objects and of static ones.
constinit thread_local bool this_thread_ends = false;

void hand_on_cache() noexcept {
  this_thread_ends = true;
  if (current() != nullptr) {
    block_cache& mine = *current();
    this_thread_blocks = nullptr;
    cache_registry::get().release(mine);
  }
}

}  // namespace

block_cache& block_cache::mine() {
  if (current() == nullptr) {
    at_thread_exit<&hand_on_cache>();
    this_thread_blocks = &cache_registry::get().acquire();
  }
  return *current();
}

void* block_cache::allocate_borrowed(std::size_t bytes) {
  struct borrowed {
    borrowed() : cache(cache_registry::get().acquire()) {}
    ~borrowed() { cache_registry::get().release(cache); }
    borrowed(const borrowed&) = delete;
    block_cache& cache;
  };
  const borrowed b;
  return b.cache.allocate(bytes);
}

block_cache* block_cache::mine_if_any() noexcept { return current(); }

void block_cache::trim_idle() noexcept {
  cache_registry::get().for_each_idle([](block_cache& c) { c.trim(); });
}

void* block_cache::allocate(std::size_t bytes) {
  const std::size_t index = index_of(bytes);
  if (free_block* const block = take(bytes)) {
    return block;
  }
  size_class& c = classes_[index];
  if (free_block* const returned = c.returned.drain()) {
    free_[index] = returned->next;
    return returned;
  }
  const std::size_t size = size_of_class(index);
  if (c.fresh == c.fresh_end) {
    auto* const memory = static_cast<std::byte*>(allocate_slab());
    c.slabs = ::new (memory) cut_slab{{this}, c.slabs, 0};
    c.fresh = memory + size;  // the first block's room holds the slab's head
    c.fresh_end = memory + slab::bytes;
  }
  return std::exchange(c.fresh, c.fresh + size);
}

void block_cache::release(void* memory, std::size_t bytes) noexcept {
  if (give_back(memory, bytes)) {
    return;
  }
  auto* const home = static_cast<block_cache*>(slab::of(memory).home);
  const std::size_t index = index_of(bytes);
  if (outgoing_.home != home || outgoing_.index != index) {
    flush();
    outgoing_.home = home;
    outgoing_.index = index;
    outgoing_.oldest = static_cast<free_block*>(memory);
  }
  outgoing_.newest = ::new (memory) free_block{outgoing_.newest};
  if (++outgoing_.size == tuning::blocks_per_return) {
    flush();
  }
}

void block_cache::send_home(void* memory, std::size_t bytes) noexcept {
  auto& home = static_cast<block_cache&>(*slab::of(memory).home);
  static_cast<void>(home.classes_[index_of(bytes)].returned.push(::new (memory) free_block));
}

void block_cache::flush() noexcept {
  if (outgoing_.home != nullptr) {
    // An inbox of blocks is never closed.
    static_cast<void>(
        outgoing_.home->classes_[outgoing_.index].returned.push_chain(outgoing_.newest, outgoing_.oldest));
    outgoing_ = batch{};
  }
}

void block_cache::trim() noexcept {
  flush();
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    trim_class(i);
  }
}

// To the end of the list of free blocks.
void block_cache::take_back(std::size_t index) noexcept {
  free_block** end = &free_[index];
  while (*end != nullptr) {
    end = &(*end)->next;
  }
  *end = classes_[index].returned.drain();
}

// Blocks in the unfinished batch of another cache count as used.
void block_cache::add_to(census& sum) noexcept {
  flush();
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    take_back(i);
    const size_class& c = classes_[i];
    std::size_t out = 0;
    for (const cut_slab* s = c.slabs; s != nullptr; s = s->next) {
      out += slab::bytes / size_of_class(i) - 1;
    }
    out -= static_cast<std::size_t>(c.fresh_end - c.fresh) / size_of_class(i);
    // A block that was freed twice closes a circle, or cuts other blocks off.
    for (free_block* b = free_[i]; b != nullptr && sum.is_consistent; b = b->next) {
      sum.is_consistent = out != 0 && slab::of(b).home == this;
      --out;
    }
    sum.in_use += out;
  }
}

block_cache::census block_cache::take_census() noexcept {
  census sum;
  if (block_cache* const own = mine_if_any()) {
    own->add_to(sum);  // first: it sends home what it has of others
  }
  cache_registry::get().for_each_idle([&sum](block_cache& c) { c.add_to(sum); });
  return sum;
}

void block_cache::trim_class(std::size_t index) noexcept {
  size_class& c = classes_[index];
  const std::size_t whole = slab::bytes / size_of_class(index) - 1;
  take_back(index);

  for (cut_slab* s = c.slabs; s != nullptr; s = s->next) {
    s->free_blocks = 0;
  }
  for (free_block* b = free_[index]; b != nullptr; b = b->next) {
    ++cut_slab::of(b).free_blocks;
  }
  // A slab that is not cut to its end yet has fewer.
  free_block** end = &free_[index];
  for (free_block* b = *end; b != nullptr; b = b->next) {
    if (cut_slab::of(b).free_blocks != whole) {
      *end = b;
      end = &b->next;
    }
  }
  *end = nullptr;
  for (cut_slab** at = &c.slabs; *at != nullptr;) {
    cut_slab& s = **at;
    if (s.free_blocks == whole) {
      *at = s.next;
      release_slab(&s);
    } else {
      at = &s.next;
    }
  }
}

void* allocate_block(std::size_t bytes) {
  if (FILCH_PLAIN_BLOCKS || bytes > block_cache::largest) {
    return ::operator new(bytes, std::align_val_t{block_alignment});
  }
  return this_thread_ends ? block_cache::allocate_borrowed(bytes) : block_cache::mine().allocate(bytes);
}

void release_block(void* block, std::size_t bytes) noexcept {
  if (FILCH_PLAIN_BLOCKS || bytes > block_cache::largest) {
    ::operator delete(block, std::align_val_t{block_alignment});
    return;
  }
  if (this_thread_ends) {
    block_cache::send_home(block, bytes);
    return;
  }
  try {
    block_cache::mine().release(block, bytes);
  } catch (const std::bad_alloc&) {  // no memory for a cache of this thread's own
    block_cache::send_home(block, bytes);
  }
}

}  // namespace filch::inline v0::detail
