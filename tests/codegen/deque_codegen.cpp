// SPDX-License-Identifier: BSL-1.0
// The policy costs nothing: the shipped deque beside one written down plainly, for `run` to count instructions of.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "src/queues/chase_lev_deque.hpp"

namespace {

constexpr std::int64_t capacity = 1024;

/// Chase and Lev's deque with a fence that is up or down, with std::atomic and no template in sight.
struct plain_deque {
  alignas(64) std::atomic<std::int64_t> top{0};
  std::atomic<std::uint64_t> fence{0};
  alignas(64) std::atomic<std::int64_t> bottom{0};
  struct ring {
    std::int64_t mask;
    std::atomic<void*>* slots;
  };
  std::atomic<ring*> array{nullptr};
  std::int64_t limit = capacity;
};

plain_deque* make_plain() {
  auto* const d = new plain_deque;
  d->array.store(new plain_deque::ring{capacity - 1, new std::atomic<void*>[capacity]}, std::memory_order_relaxed);
  return d;
}

struct plain_result {
  int status;  // 0 got, 1 empty, 2 lost
  void* item;
};

// These stand for what this program never comes to, or is not to count.
[[gnu::noinline, gnu::cold]] void plain_push_into_larger(plain_deque&, void*) { std::abort(); }
[[gnu::noinline, gnu::cold]] bool plain_take_last(plain_deque&, std::int64_t, std::int64_t, void*&) { std::abort(); }
[[gnu::noinline, gnu::cold]] bool plain_take_with_fence(plain_deque&, std::int64_t, void*&) { std::abort(); }
[[gnu::noinline, gnu::cold]] plain_result plain_raise_and_take(plain_deque&, std::int64_t) { std::abort(); }

using shipped = filch::detail::chase_lev_deque<void*>;

// As the shipped one's, these indices may wrap: signed ones that may not would save an instruction or two.
std::int64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
}

}  // namespace

// Not inlined, and by these names, so that the counts can be told apart.

[[gnu::noinline]] void plain_push(plain_deque& d, void* item) {
  const std::int64_t b = d.bottom.load(std::memory_order_relaxed);
  plain_deque::ring* const r = d.array.load(std::memory_order_relaxed);
  if (b == d.limit) {
    return plain_push_into_larger(d, item);
  }
  r->slots[b & r->mask].store(item, std::memory_order_relaxed);
  d.bottom.store(b + 1, std::memory_order_release);
}

[[gnu::noinline]] bool plain_pop(plain_deque& d, void*& item) {
  const std::int64_t b = d.bottom.load(std::memory_order_relaxed) - 1;
  d.bottom.store(b, std::memory_order_release);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (d.fence.load(std::memory_order_relaxed) % 4 != 0) [[unlikely]] {
    return plain_take_with_fence(d, b, item);
  }
  const std::int64_t t = d.top.load(std::memory_order_relaxed);
  if (distance(t, b) <= 0) {
    return plain_take_last(d, b, t, item);
  }
  plain_deque::ring* const r = d.array.load(std::memory_order_relaxed);
  item = r->slots[b & r->mask].load(std::memory_order_relaxed);
  return true;
}

[[gnu::noinline]] plain_result plain_steal(plain_deque& d) {
  std::int64_t t = d.top.load(std::memory_order_seq_cst);
  if (d.fence.load(std::memory_order_seq_cst) % 4 != 2) {
    return plain_raise_and_take(d, t);
  }
  const std::int64_t b = d.bottom.load(std::memory_order_seq_cst);
  if (distance(t, b) <= 0) {
    return {1, nullptr};
  }
  plain_deque::ring* const r = d.array.load(std::memory_order_acquire);
  void* const item = r->slots[t & r->mask].load(std::memory_order_relaxed);
  if (!d.top.compare_exchange_strong(t, t + 1, std::memory_order_release, std::memory_order_relaxed)) {
    return {2, nullptr};
  }
  return {0, item};
}

[[gnu::noinline]] void shipped_push(shipped& d, void* item) { d.owner().push(item); }
[[gnu::noinline]] bool shipped_pop(shipped& d, void*& item) { return d.owner().pop(item); }
[[gnu::noinline]] filch::detail::steal_result<void*> shipped_steal(shipped& d) { return d.thief().steal(); }

int main() {
  plain_deque& plain = *make_plain();
  shipped& ours = *new shipped(capacity);
  int x = 0;
  void* item = nullptr;
  int got = 0;
  plain_push(plain, &x);
  shipped_push(ours, &x);
  for (int i = 0; i < 1000; ++i) {
    plain_push(plain, &x);
    got += plain_pop(plain, item) && item == &x ? 1 : 0;
    shipped_push(ours, &x);
    got += shipped_pop(ours, item) && item == &x ? 1 : 0;
  }
  // The first theft raises the fence; that is not to count.
  plain.fence.store(2, std::memory_order_relaxed);
  got -= ours.thief().steal().item == &x ? 0 : 1;
  for (int i = 0; i < 1000; ++i) {
    plain_push(plain, &x);
    const plain_result theirs = plain_steal(plain);
    got += theirs.status == 0 && theirs.item == &x ? 1 : 0;
    shipped_push(ours, &x);
    const auto stolen = shipped_steal(ours);
    got += stolen.status == filch::detail::steal_status::got && stolen.item == &x ? 1 : 0;
  }
  std::printf("%d items\n", got);
  return got == 4000 ? 0 : 1;
}
