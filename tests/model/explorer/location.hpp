// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "explorer/sc_order.hpp"
#include "explorer/vector_clock.hpp"

namespace filch_model {

/// What a release hands to whoever acquires it.
struct message {
  vector_clock happened;   ///< what happens before the acquirer's next step
  sc_order::set strongly;  ///< seq_cst events that strongly happen before the step after the acquire
  sc_order::set fences;    ///< seq_cst fences that happen before the acquirer's next step

  void join(const message& other) noexcept {
    happened.join(other.happened);
    strongly |= other.strongly;
    fences |= other.fences;
  }
};

/// One read or write of a location.
struct access {
  thread_id thread = 0;
  std::uint32_t step = 0;  ///< of its thread, in happens-before
  std::size_t event = 0;   ///< its place in the trace
  sc_order::id sc = sc_order::none;
  sc_order::set fences_before;  ///< seq_cst fences that happen before it
  sc_order::set fences_after;   ///< seq_cst fences that it happens before
};

struct store : access {
  std::uint64_t value = 0;
  bool releases = false;
  message released;
  std::vector<access> readers;  ///< those that read this store
};

/// An atomic object: its stores in modification order, which is the order of execution here.
struct location {
  std::vector<store> stores;  ///< the first `size` are in use
  std::size_t size = 0;

  /// For each thread the newest store that it is known to have seen after each of its steps that touched this location.
  std::array<std::vector<std::pair<std::uint32_t, std::size_t>>, max_threads> seen;

  thread_id maker = 0;
  std::uint32_t made = 0;  ///< the maker's step in which it was constructed
  bool destroyed = false;

  // As a futex word.
  std::vector<thread_id> waiters;
  std::uint32_t futex_calls = 0;
  vector_clock futex_happened;  ///< what happens before the last call of wake
  vector_clock futex_trace;     ///< what the trace puts before the next futex call
  std::size_t last_futex_event = 0;

  void reset(thread_id by, std::uint32_t step) noexcept {
    size = 0;
    for (auto& of_thread : seen) {
      of_thread.clear();
    }
    maker = by;
    made = step;
    destroyed = false;
    waiters.clear();
    futex_calls = 0;
    futex_happened = {};
    futex_trace = {};
  }
};

inline void add_id(sc_order::set& s, sc_order::id id) {
  if (id != sc_order::none) {
    s.set(id);
  }
}

/// [atomics.order] 4.1 and 4.3: what must come before a seq_cst read of the store `index`; with `readers_of_last`,
/// before a seq_cst store that follows it.
[[nodiscard]] sc_order::set required_before(const location& l, std::size_t index, bool readers_of_last);

/// [atomics.order] 4.1 to 4.4: what must come after a read of the store `index` and after the fences before that read.
[[nodiscard]] sc_order::set required_after(const location& l, std::size_t index);

}  // namespace filch_model
