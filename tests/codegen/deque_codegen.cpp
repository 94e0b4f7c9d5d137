// SPDX-License-Identifier: BSL-1.0
// The policy costs nothing: the shipped deque beside one written down plainly, for `run` to count instructions of.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <filch/detail/chase_lev_deque.hpp>

namespace {

constexpr std::int64_t capacity = 1024;

/// Chase and Lev's deque, with std::atomic and no template in sight.
struct plain_deque {
  alignas(64) std::atomic<std::int64_t> top{0};
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

// Stands for what a full ring takes, which this program never comes to.
[[gnu::noinline, gnu::cold]] void plain_push_into_larger(plain_deque&, void*) { std::abort(); }

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
  plain_deque::ring* const r = d.array.load(std::memory_order_relaxed);
  d.bottom.store(b, std::memory_order_seq_cst);
  std::int64_t t = d.top.load(std::memory_order_seq_cst);
  const std::int64_t left = distance(t, b);
  if (left > 0) {
    item = r->slots[b & r->mask].load(std::memory_order_relaxed);
    return true;
  }
  bool got = false;
  if (left == 0) {
    item = r->slots[b & r->mask].load(std::memory_order_relaxed);
    got = d.top.compare_exchange_strong(t, t + 1, std::memory_order_relaxed, std::memory_order_relaxed);
  }
  d.bottom.store(b + 1, std::memory_order_relaxed);
  return got;
}

[[gnu::noinline]] plain_result plain_steal(plain_deque& d) {
  std::int64_t t = d.top.load(std::memory_order_seq_cst);
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
  for (int i = 0; i < 1000; ++i) {
    plain_push(plain, &x);
    plain_push(plain, &x);
    got += plain_pop(plain, item) && item == &x ? 1 : 0;
    const plain_result theirs = plain_steal(plain);
    got += theirs.status == 0 && theirs.item == &x ? 1 : 0;
    shipped_push(ours, &x);
    shipped_push(ours, &x);
    got += shipped_pop(ours, item) && item == &x ? 1 : 0;
    const auto stolen = shipped_steal(ours);
    got += stolen.status == filch::detail::steal_status::got && stolen.item == &x ? 1 : 0;
  }
  std::printf("%d items\n", got);
  return got == 4000 ? 0 : 1;
}
