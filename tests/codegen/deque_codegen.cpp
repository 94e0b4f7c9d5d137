// SPDX-License-Identifier: BSL-1.0
// The policy costs nothing: the shipped deque beside one written down plainly, for `run` to count instructions of.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <filch/detail/chase_lev_deque.hpp>

namespace {

constexpr std::int64_t capacity = 1024;

/// Chase and Lev's deque of a fixed size, with std::atomic and no template in sight.
struct plain_deque {
  alignas(64) std::atomic<std::int64_t> top{0};
  alignas(64) std::atomic<std::int64_t> bottom{0};
  struct ring {
    std::int64_t mask;
    std::atomic<void*>* slots;
  };
  std::atomic<ring*> array{nullptr};
  std::int64_t known_top = 0;
};

plain_deque* make_plain() {
  auto* const d = new plain_deque;
  d->array.store(new plain_deque::ring{capacity - 1, new std::atomic<void*>[capacity]}, std::memory_order_relaxed);
  return d;
}

using shipped = filch::detail::chase_lev_deque<void*>;

}  // namespace

// Not inlined, and by these names, so that the counts can be told apart.
extern "C" {

[[gnu::noinline]] void plain_push(plain_deque& d, void* item) {
  const std::int64_t b = d.bottom.load(std::memory_order_relaxed);
  plain_deque::ring* const r = d.array.load(std::memory_order_relaxed);
  if (b - d.known_top >= r->mask + 1) {
    d.known_top = d.top.load(std::memory_order_acquire);
    if (b - d.known_top >= r->mask + 1) {
      std::abort();
    }
  }
  r->slots[b & r->mask].store(item, std::memory_order_relaxed);
  d.bottom.store(b + 1, std::memory_order_release);
}

[[gnu::noinline]] bool plain_pop(plain_deque& d, void*& item) {
  const std::int64_t b = d.bottom.load(std::memory_order_relaxed) - 1;
  plain_deque::ring* const r = d.array.load(std::memory_order_relaxed);
  d.bottom.store(b, std::memory_order_seq_cst);
  std::int64_t t = d.top.load(std::memory_order_seq_cst);
  if (b - t > 0) {
    item = r->slots[b & r->mask].load(std::memory_order_relaxed);
    return true;
  }
  bool got = false;
  if (b == t) {
    item = r->slots[b & r->mask].load(std::memory_order_relaxed);
    got = d.top.compare_exchange_strong(t, t + 1, std::memory_order_relaxed, std::memory_order_relaxed);
  }
  d.bottom.store(b + 1, std::memory_order_relaxed);
  return got;
}

[[gnu::noinline]] int plain_steal(plain_deque& d, void*& item) {
  std::int64_t t = d.top.load(std::memory_order_seq_cst);
  const std::int64_t b = d.bottom.load(std::memory_order_seq_cst);
  if (b - t <= 0) {
    return 1;
  }
  plain_deque::ring* const r = d.array.load(std::memory_order_acquire);
  item = r->slots[t & r->mask].load(std::memory_order_relaxed);
  return d.top.compare_exchange_strong(t, t + 1, std::memory_order_release, std::memory_order_relaxed) ? 0 : 2;
}

[[gnu::noinline]] void shipped_push(shipped& d, void* item) { d.owner().push(item); }
[[gnu::noinline]] bool shipped_pop(shipped& d, void*& item) { return d.owner().pop(item); }
[[gnu::noinline]] int shipped_steal(shipped& d, void*& item) {
  const auto r = d.thief().steal();
  item = r.item;
  return static_cast<int>(r.status);
}
}

int main() {
  plain_deque& plain = *make_plain();
  shipped& ours = *new shipped(capacity);
  int x = 0;
  void* item = nullptr;
  int got = 0;
  for (int i = 0; i < 1000; ++i) {
    plain_push(plain, &x);
    plain_push(plain, &x);
    got += plain_pop(plain, item) && item == &x ? 1 : 0;
    got += plain_steal(plain, item) == 0 && item == &x ? 1 : 0;
    shipped_push(ours, &x);
    shipped_push(ours, &x);
    got += shipped_pop(ours, item) && item == &x ? 1 : 0;
    got += shipped_steal(ours, item) == static_cast<int>(filch::detail::steal_status::got) && item == &x ? 1 : 0;
  }
  std::printf("%d items\n", got);
  return got == 4000 ? 0 : 1;
}
