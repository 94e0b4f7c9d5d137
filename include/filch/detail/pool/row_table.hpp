// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include <filch/detail/base/atomic.hpp>

namespace filch::inline v0::detail {

/// A table of rows, which are made in groups when somebody asks for one of them. A pool has room for many more guests
/// and spares than it has as a rule, so most rows are never made.
///
/// Any threads may ask for rows at the same time. What they do with a row is their own business.
template <class Row, concurrency_policy Policy = native_policy>
class basic_row_table {
 public:
  explicit basic_row_table(std::size_t rows) : groups_((rows + group_size - 1) / group_size) {}
  basic_row_table(const basic_row_table&) = delete;
  basic_row_table& operator=(const basic_row_table&) = delete;
  ~basic_row_table() {
    for (auto& g : groups_) {
      // relaxed: nobody else uses the table any more.
      delete g.load(std::memory_order_relaxed);
    }
  }

  /// The row at `index`, which is made as `Row()` if there is none. Throws: what making it throws.
  [[nodiscard]] Row& at(std::size_t index) { return (*group_of(groups_[index / group_size]))[index % group_size]; }

  /// Calls `f(row)` for every row that was made. Its past contains the calls of `at` that made them.
  template <class F>
  void for_each(const F& f) {
    for (auto& g : groups_) {
      // relaxed: what other threads have made happened before this call.
      if (group* const rows = g.load(std::memory_order_relaxed)) {
        for (Row& r : *rows) {
          f(r);
        }
      }
    }
  }

 private:
  static constexpr std::size_t group_size = 16;
  using group = std::array<Row, group_size>;

  [[nodiscard]] static group* group_of(typename Policy::template atomic<group*>& place) {
    // [Z1] acquire: the rows that another thread has made. Pairs with [Z2].
    group* found = place.load(std::memory_order_acquire);
    if (found == nullptr) {
      auto made = std::make_unique<group>();
      // [Z2] release: shows the rows to others. Pairs with [Z1] and [Z2]. Failure acquire: sees the rows of others.
      if (place.compare_exchange_strong(found, made.get(), std::memory_order_release, std::memory_order_acquire)) {
        return made.release();
      }
    }
    return found;
  }

  std::vector<typename Policy::template atomic<group*>> groups_;
};

template <class Row>
using row_table = basic_row_table<Row>;

}  // namespace filch::inline v0::detail
