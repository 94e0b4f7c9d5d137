// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <filch/detail/base/test_point.hpp>

#include "explorer/run.hpp"

namespace filch_model {

/// Finds a slot of a ring that its owner writes again while a taker's read of it has not happened before. No execution
/// here shows what that would lead to, for the read would have to see a later write (load buffering; see the limits in
/// docs/design/model-checking.md); so the order itself is checked. For rings that do not grow, of items numbered in
/// order.
class slot_guard {
 public:
  explicit slot_guard(std::size_t capacity) : capacity_(capacity) {}

  /// A taker has read the slots that it wants and is about to take them.
  void before_take() {
    run& r = *run::current();
    read_[r.active()] = r.shared().plain_step(r.active());
  }

  /// It got this item.
  void taken(std::size_t item) {
    const thread_id t = run::current()->active();
    slot& s = slots_[item % capacity_];
    s.reader = t;
    s.step = read_[t];
  }

  /// The owner writes the slot of this item.
  void written(std::size_t item) {
    run& r = *run::current();
    const slot& s = slots_[item % capacity_];
    if (s.reader != r.active() && !r.shared().happened(r.active()).knows(s.reader, s.step)) {
      r.fail("a slot is written again while a taker may still read it");
    }
  }

 private:
  struct slot {
    thread_id reader = 0;
    std::uint32_t step = 0;
  };

  std::size_t capacity_;
  std::array<slot, 4> slots_{};
  std::array<std::uint32_t, max_threads> read_{};
};

}  // namespace filch_model
