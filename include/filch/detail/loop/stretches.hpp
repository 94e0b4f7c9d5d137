// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stop_token>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/grain.hpp>

namespace filch::inline v0::detail {

/// Goes twice over [0, size), for algorithms in which the place of a result depends on all elements before it.
///
/// The range is cut into blocks, and some blocks for each worker are a stretch. The workers go over the blocks of a
/// stretch, then one thread joins what they have found, then the workers go over the same blocks again, which are in
/// their caches still. So memory is read once, and no thread waits for a certain other one. What the blocks are depends
/// on the size and the length of a block only.
class stretches {
 public:
  /// `block` is the number of elements of a block, at least 1.
  stretches(std::size_t size, std::size_t block, std::size_t workers, const std::stop_token& stop)
      : size_(size), block_(block), workers_(workers), stop_(stop) {}

  /// The number of blocks of the longest stretch.
  [[nodiscard]] std::size_t length() const noexcept { return (std::min)(count(), blocks_per_worker * workers_); }
  /// The number of all blocks.
  [[nodiscard]] std::size_t count() const noexcept { return size_ / block_ + (size_ % block_ != 0 ? 1 : 0); }

  /// Calls first(i, lo, hi) and then second(i, lo, hi) for the elements [lo, hi) of each block, in parallel, and
  /// join(n, lo) between the two; i is the number of the block in its stretch, which has n blocks and begins at `lo`.
  /// On a worker or guest. Throws: what the callables throw; task_cancelled if the algorithm was asked to stop.
  template <class First, class Join, class Second>
  FILCH_LOCAL void run(const First& first, const Join& join, const Second& second) {
    const std::size_t all = count();
    for (std::size_t done = 0; done < all; done += length()) {
      const std::size_t n = (std::min)(length(), all - done);
      const steady_clock::time_point before = steady_clock::now();
      for_each_block(done, n, first);
      join(n, done * block_);
      for_each_block(done, n, second);
      is_coarse_ = steady_clock::now() - before > n * coarse;
    }
  }

  /// Calls each(i, lo, hi) for each block, in order and on this thread. Throws as the other.
  template <class Each>
  FILCH_LOCAL void run(const Each& each) {
    for (std::size_t i = 0; i < count(); ++i) {
      throw_if_stopped();
      call(each, i, i);
    }
  }

 private:
  // Two passes over so many blocks take long beside the two waits for the slowest worker.
  static constexpr std::size_t blocks_per_worker = 16;
  // If blocks take as long as that, each of them is worth a fork, and nobody need look at the clock.
  static constexpr std::chrono::nanoseconds coarse{4000};

  template <class F>
  FILCH_LOCAL void for_each_block(std::size_t done, std::size_t n, const F& f) {
    const loop_options options = is_coarse_ ? loop_options(grain{1}, stop_) : loop_options(stop_);
    loop_progress progress(n, workers_, options);
    const auto body = [&](std::size_t lo, std::size_t hi) {
      for (; lo != hi && !progress.is_stopped(); ++lo) {
        call(f, lo, done + lo);
      }
    };
    adaptive_loop<const decltype(body)>(progress, body).run(0, n);
    throw_if_stopped();  // blocks may have been left out
  }

  // For the block at `place`.
  template <class F>
  FILCH_INLINE void call(const F& f, std::size_t i, std::size_t place) const {
    const std::size_t lo = place * block_;
    f(i, lo, size_ - lo > block_ ? lo + block_ : size_);
  }

  void throw_if_stopped() const {
    if (stop_.stop_requested()) {
      throw_stopped();
    }
  }

  const std::size_t size_;
  const std::size_t block_;
  const std::size_t workers_;
  const std::stop_token& stop_;
  bool is_coarse_ = false;
};

}  // namespace filch::inline v0::detail
