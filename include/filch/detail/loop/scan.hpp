// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/fold.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/scan_block.hpp>
#include <filch/detail/loop/stretches.hpp>
#include <filch/grain.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// The number of elements that one thread scans without a look at others. As for a reduction it depends on the size and
/// on the grain alone, and so does the result of an operation that is not quite associative. The blocks of numbers are
/// so large that the waits between the passes cost little beside them.
template <class T>
[[nodiscard]] std::size_t scan_block_of(std::size_t size, filch::grain g) noexcept {
  constexpr std::size_t largest = 16 * 1024;
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
        block_(scan_block_of<T>(size, options.grain)),
        workers_(workers),
        stop_(options.stop),
        get_(get),
        put_(put),
        op_(op) {}

  /// On a worker or guest. Throws: what the callables throw; task_cancelled if it was asked to stop.
  void run(std::optional<T> carry) {
    std::size_t done = 0;
    if (std::is_integral_v<T> || size_ <= block_) {
      done = run_alone(carry);
    }
    if (done != size_) {
      share(done, std::move(carry));
    }
  }

 private:
  // A block of numbers that are added takes less, if it is in a cache. Two passes by two threads take longer then.
  static constexpr std::chrono::nanoseconds worth_sharing{8000};

  // How integers are grouped does not matter, so one thread need not group them as several do. It scans blocks until
  // one takes so long that others should help. Returns: where the rest begins.
  std::size_t run_alone(std::optional<T>& carry) {
    for (std::size_t lo = 0; lo != size_;) {
      if (stop_.stop_requested()) {
        throw_stopped();
      }
      const std::size_t hi = size_ - lo > block_ ? lo + block_ : size_;
      const steady_clock::time_point before = steady_clock::now();
      carry.emplace(scan_block<Kind>(lo, hi, carry, get_, put_, op_));
      lo = hi;
      if (workers_ > 1 && size_ - lo > block_ && steady_clock::now() - before >= worth_sharing) {
        return lo;
      }
    }
    return size_;
  }

  void share(std::size_t begin, std::optional<T> carry) {
    stretches rest(size_ - begin, block_, workers_, stop_);
    std::vector<std::optional<T>> sums(rest.length());
    rest.run(
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          if (begin + hi != size_) {  // nothing comes after the last block
            sums[i].emplace(fold<T>(begin + lo, begin + hi, get_, op_));
          }
        },
        [&](std::size_t n, std::size_t) {
          for (std::size_t i = 0; i < n; ++i) {
            carry = carry_over(sums[i], std::move(carry));
          }
        },
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          static_cast<void>(scan_block<Kind>(begin + lo, begin + hi, sums[i], get_, put_, op_));
        });
  }

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
  const std::size_t block_;
  const std::size_t workers_;
  const std::stop_token& stop_;
  const Get& get_;
  const Put& put_;
  const Op& op_;
};

}  // namespace filch::inline v0::detail
