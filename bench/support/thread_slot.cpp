// SPDX-License-Identifier: BSL-1.0
#include "support/thread_slot.hpp"

#include <bitset>
#include <mutex>
#include <stdexcept>

namespace filch_bench::detail {
namespace {

std::mutex slots_mutex;
std::bitset<max_thread_slots> slots_taken;

struct slot_owner {
  ~slot_owner() {
    const std::lock_guard lock(slots_mutex);
    slots_taken.reset(own_slot);
    own_slot = no_slot;
  }
};

}  // namespace

std::size_t take_slot() {
  {
    const std::lock_guard lock(slots_mutex);
    std::size_t slot = 0;
    while (slot < max_thread_slots && slots_taken.test(slot)) {
      ++slot;
    }
    if (slot == max_thread_slots) {
      throw std::runtime_error("more threads at once than max_thread_slots");
    }
    slots_taken.set(slot);
    own_slot = slot;
  }
  thread_local const slot_owner owner;
  static_cast<void>(owner);
  return own_slot;
}

}  // namespace filch_bench::detail
