// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "explorer/location.hpp"
#include "explorer/sc_order.hpp"
#include "explorer/vector_clock.hpp"

namespace filch_model {

/// The C++20 memory model, one execution of it: which stores a load may read, and what happens before what. Executions
/// are built step by step, so no load reads a store that is yet to come, and a store goes to the end of its location's
/// modification order. The rules are numbered in docs/design/model-checking.md.
class memory {
 public:
  void reset();

  /// `child` begins after what `parent` has done so far.
  void start(thread_id child, thread_id parent);
  void join(thread_id parent, thread_id child);

  [[nodiscard]] location& make(thread_id t);

  /// The stores that a load may read, oldest first, from the `first` on. `also` happens before it too.
  void readable(thread_id t, const location& l, std::memory_order order, std::size_t first, const vector_clock& also,
                std::vector<std::size_t>& stores) const;

  std::uint64_t read(thread_id t, location& l, std::size_t index, std::memory_order order, std::size_t event);
  void write(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event);
  /// Reads the newest store and appends `value` after it.
  void exchange(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event);
  void fence(thread_id t, std::memory_order order);
  /// A full fence in every one of the first `count` threads where it is now (expedited membarrier).
  void fence_all(thread_id t, std::size_t count);

  /// Takes the next step of `t`, which touches no atomic object.
  void step(thread_id t) noexcept { views_[t].happened.tick(t); }

  [[nodiscard]] const vector_clock& happened(thread_id t) const noexcept { return views_[t].happened; }
  /// The step that non-atomic accesses before the next atomic one belong to.
  [[nodiscard]] std::uint32_t plain_step(thread_id t) const noexcept { return views_[t].happened.of(t) + 1; }

  /// More seq_cst operations than can be kept track of.
  [[nodiscard]] bool full() const noexcept { return order_.full(); }

 private:
  struct view {
    vector_clock happened;    ///< what happens before the next step
    sc_order::set strongly;   ///< seq_cst events that strongly happen before the next step
    sc_order::set inherited;  ///< the same but for an own last step; a release hands on those before it
    sc_order::set fences;     ///< seq_cst fences that happen before the next step
    message loose;            ///< what relaxed loads have read and an acquire fence would acquire
    message fenced;           ///< what the last release fence hands to later relaxed stores
    bool has_fence = false;
  };

  void acquire(view& v, const store& s, bool now);
  void finish(view& v, sc_order::id own, const sc_order::set& acquired);
  access note(thread_id t, location& l, std::size_t index, sc_order::id sc, std::size_t event);
  void put_store(thread_id t, location& l, std::uint64_t value, std::memory_order order, std::size_t event, bool reads);
  [[nodiscard]] std::size_t oldest_visible(const location& l, const vector_clock& clock) const;
  [[nodiscard]] bool fits_sc_order(const view& v, const location& l, std::size_t index, bool sc) const;

  std::deque<location> locations_;
  std::size_t used_ = 0;
  std::array<view, max_threads> views_;
  sc_order order_;
};

}  // namespace filch_model
