// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/fold.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/scan_block.hpp>
#include <filch/detail/loop/stretches.hpp>
#include <filch/grain.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// The number of elements that one thread scans without a look at others. As for a reduction it depends on the size and
/// on the grain alone, and so does the result of an operation that is not quite associative. Blocks of numbers take
/// 64 KiB, so that several of them stay in the second cache between the two passes.
template <class T>
[[nodiscard]] std::size_t scan_block_of(std::size_t size, filch::grain g) noexcept {
  constexpr std::size_t largest = 8192;
  constexpr std::size_t usual_blocks = 64;
  return g.elements != 0           ? g.elements
         : std::is_arithmetic_v<T> ? largest
                                   : std::clamp<std::size_t>(size / usual_blocks, 1, largest);
}

/// Scans get(0), ..., get(size - 1), each of them a T, from `carry` on, which an exclusive scan has. `put(i, x)` takes
/// the result at i.
template <scan_kind Kind, class T, class Get, class Put, class Op>
class scan {
 public:
  scan(std::size_t size, std::size_t workers, const loop_options& options, const Get& get, const Put& put, const Op& op)
      : size_(size),
        blocks_(size, scan_block_of<T>(size, options.grain), workers, options.stop),
        // How integers are grouped does not matter, so one thread need not group them as several do.
        is_serial_(blocks_.count() == 1 || (std::is_integral_v<T> && workers == 1)),
        get_(get),
        put_(put),
        op_(op) {}

  /// On a worker or guest. Throws: what the callables throw; task_cancelled if it was asked to stop.
  void run(std::optional<T> carry) {
    if (is_serial_) {
      blocks_.run([&](std::size_t, std::size_t lo, std::size_t hi) {
        carry.emplace(scan_block<Kind>(lo, hi, carry, get_, put_, op_));
      });
      return;
    }
    std::vector<std::optional<T>> sums(blocks_.length());
    blocks_.run(
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          if (hi != size_) {  // nothing comes after the last block
            sums[i].emplace(fold<T>(lo, hi, get_, op_));
          }
        },
        [&](std::size_t n, std::size_t) {
          for (std::size_t i = 0; i < n; ++i) {
            carry = carry_over(sums[i], std::move(carry));
          }
        },
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          static_cast<void>(scan_block<Kind>(lo, hi, sums[i], get_, put_, op_));
        });
  }

 private:
  // `sum` is what a block combines to, and becomes what all before it do. Returns: what all through that block do.
  std::optional<T> carry_over(std::optional<T>& sum, std::optional<T> carry) const {
    std::optional<T> through = std::exchange(sum, std::nullopt);
    if (carry) {
      if (through) {
        through.emplace(op_(T(*carry), *std::move(through)));
      }
      sum = std::move(carry);
    }
    return through;
  }

  const std::size_t size_;
  stretches blocks_;
  const bool is_serial_;
  const Get& get_;
  const Put& put_;
  const Op& op_;
};

}  // namespace filch::inline v0::detail
