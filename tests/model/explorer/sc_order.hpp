// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <bitset>
#include <cstddef>

namespace filch_model {

/// What is known of the single total order S of all seq_cst operations and fences ([atomics.order] 4): for each, those
/// that must come before it. S exists as long as nothing has to come before itself.
class sc_order {
 public:
  static constexpr std::size_t max_events = 128;
  using set = std::bitset<max_events>;
  using id = std::size_t;
  static constexpr id none = max_events;

  void clear() noexcept { count_ = 0; }
  [[nodiscard]] bool full() const noexcept { return count_ == max_events; }

  /// `before` and all that must come before those.
  [[nodiscard]] set closure(const set& before) const noexcept {
    set all = before;
    for (id i = 0; i < count_; ++i) {
      if (before.test(i)) {
        all |= before_[i];
      }
    }
    return all;
  }

  /// Adds an event after those in `closed`, which is a closure.
  id add(const set& closed) noexcept {
    before_[count_] = closed;
    return count_++;
  }

  /// `earlier`, a closure, comes before each of `later`.
  void put_before(const set& earlier, const set& later) noexcept {
    for (id i = 0; i < count_; ++i) {
      if (later.test(i) || (before_[i] & later).any()) {
        before_[i] |= earlier;
      }
    }
  }

 private:
  std::array<set, max_events> before_;
  std::size_t count_ = 0;
};

}  // namespace filch_model
