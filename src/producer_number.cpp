// SPDX-License-Identifier: BSL-1.0
#include "producer_number.hpp"

#include <atomic>
#include <bit>

#include <filch/detail/atomic.hpp>

namespace filch::inline v0::detail {
namespace {

using set = std::uint64_t;

constexpr std::uint32_t in_set = 64;

constinit atomic<set> taken{0};
constinit atomic<std::uint32_t> others{0};

// relaxed, all: numbers to tell threads apart, which order nothing.
std::uint32_t take() noexcept {
  set old = taken.load(std::memory_order_relaxed);
  while (old != ~set{0}) {
    const auto smallest = static_cast<std::uint32_t>(std::countr_one(old));
    if (taken.compare_exchange_weak(old, old | set{1} << smallest, std::memory_order_relaxed,
                                    std::memory_order_relaxed)) {
      return smallest;
    }
  }
  return in_set + others.fetch_add(1, std::memory_order_relaxed) % in_set;
}

// Kept after it was given back: what the thread's last destructors submit needs no number of its own.
constinit thread_local std::uint32_t number = 0;

class held_number {
 public:
  held_number() noexcept { number = take(); }
  ~held_number() {
    if (number < in_set) {
      taken.fetch_and(~(set{1} << number), std::memory_order_relaxed);
    }
  }
  held_number(const held_number&) = delete;
  held_number& operator=(const held_number&) = delete;
};

}  // namespace

std::uint32_t producer_number() noexcept {
  thread_local const held_number held;
  static_cast<void>(held);
  return number;
}

}  // namespace filch::inline v0::detail
