// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "explorer/request.hpp"

namespace filch_model {

/// Which of its two orders, for a compare_exchange.
enum class operand : unsigned char { success, failure };

/// A memory order in the source made weaker.
struct weakening {
  std::string file;
  int line = 0;
  operand which = operand::success;
  std::memory_order from = std::memory_order_seq_cst;
  std::memory_order to = std::memory_order_relaxed;
};

/// The order of an operation: the source's own, or what the weakening in force makes of it. Also notes that the place
/// was reached, if anybody asked for that.
[[nodiscard]] std::memory_order weakened(std::memory_order order, const site& at, action what, operand which) noexcept;

/// While it lives, one order is weaker.
class with_weakening {
 public:
  explicit with_weakening(const weakening& w);
  with_weakening(const with_weakening&) = delete;
  with_weakening& operator=(const with_weakening&) = delete;
  ~with_weakening();
};

/// While it lives, every place with an order stronger than relaxed is noted.
class note_orders {
 public:
  note_orders();
  note_orders(const note_orders&) = delete;
  note_orders& operator=(const note_orders&) = delete;
  ~note_orders();

  /// All that one step down makes of the orders that were met.
  [[nodiscard]] std::vector<weakening> steps_down() const;
};

}  // namespace filch_model
