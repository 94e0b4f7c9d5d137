// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/fork_join/held_forks.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/fold.hpp>
#include <filch/fork_join.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// How a range is cut into leaves for a reduction. The cut depends on the size and on the grain alone, so that the
/// result of an operation that is not quite associative, such as the addition of floats, is the same bit for bit
/// whatever the number of threads.
struct reduction_shape {
  /// A leaf has at most so many elements: 16 KiB of doubles stay in the first cache.
  static constexpr std::size_t largest_leaf = 2048;
  /// So many leaves, or somewhat more, if that makes them neither too large nor too small.
  static constexpr std::size_t usual_leaves = 128;

  std::size_t size;
  std::size_t leaf;

  reduction_shape(std::size_t elements, filch::grain g) noexcept
      : size(elements), leaf(g.elements != 0 ? g.elements : usual_leaf(elements)) {}

  [[nodiscard]] std::size_t leaves() const noexcept { return size / leaf + (size % leaf != 0 ? 1 : 0); }
  [[nodiscard]] std::size_t begin_of(std::size_t i) const noexcept { return i * leaf; }
  [[nodiscard]] std::size_t end_of(std::size_t i) const noexcept {
    return size - i * leaf > leaf ? i * leaf + leaf : size;
  }

 private:
  // Of so few elements each is a leaf, for they may be large ones. Other leaves have a multiple of fold_block.
  [[nodiscard]] static std::size_t usual_leaf(std::size_t elements) noexcept {
    return elements < usual_leaves * fold_block / 4
               ? 1
               : std::clamp<std::size_t>(elements / usual_leaves / fold_block * fold_block, fold_block, largest_leaf);
  }
};

/// Combines the values of the leaves 0, 1, ... of a range by `op`, in a tree whose left side has the largest power of
/// two of leaves. `leaf(lo, hi)` is the value of the elements [lo, hi).
///
/// As in adaptive_loop, one thread begins at the left, and looks at the clock now and then, after a number of leaves
/// that is a power of two. What is left then is shared only if that is worth while. The tree is the same either way.
template <class T, class Leaf, class Op>
class reduction {
 public:
  reduction(const reduction_shape& shape, loop_progress& progress, const Leaf& leaf, const Op& op) noexcept
      : shape_(shape), progress_(progress), leaf_(leaf), op_(op) {}

  /// On a worker or guest. There is at least one leaf. Returns nothing if the loop was stopped.
  [[nodiscard]] std::optional<T> run() {
    if (progress_.is_stopped()) {
      return std::nullopt;
    }
    const std::size_t leaves = shape_.leaves();
    if (!progress_.has_head()) {
      const held_forks for_a_moment;
      return parallel(0, leaves);
    }
    const clock::time_point start = clock::now();
    T value = leaf_of(0);
    for (std::size_t done = 1; done < leaves;) {
      if (progress_.is_stopped()) {
        return std::nullopt;
      }
      const std::chrono::nanoseconds took = clock::now() - start;
      if (took >= enough && progress_.is_worth_sharing(took, done, leaves - done)) {
        progress_.note(done, took);
        return join_rest(std::optional<T>(std::move(value)), done, leaves);
      }
      const std::size_t next = (std::min)((took < enough / 4 ? 8 : 2) * done, leaves);
      for (; done < next; done = (std::min)(2 * done, leaves)) {
        value = op_(std::move(value), serial(done, (std::min)(2 * done, leaves)));
      }
    }
    return value;
  }

 private:
  using clock = steady_clock;

  // So long that the looks at the clock take a small part of it.
  static constexpr std::chrono::nanoseconds enough{600};

  [[nodiscard]] T leaf_of(std::size_t i) { return leaf_(shape_.begin_of(i), shape_.end_of(i)); }

  [[nodiscard]] std::optional<T> combine(std::optional<T> left, std::optional<T> right) {
    if (!left || !right) {
      return std::nullopt;
    }
    stop_on_throw guard(progress_);
    std::optional<T> value = op_(*std::move(left), *std::move(right));
    guard.release();
    return value;
  }

  // The tree over [0, hi), of which the left side [0, done) is `value`. `done` is a power of two.
  std::optional<T> join_rest(std::optional<T>&& value, std::size_t done, std::size_t hi) {
    if (done == hi) {
      return std::move(value);
    }
    const std::size_t middle = std::bit_floor(hi - 1);
    auto halves =
        fork_join([&] { return join_rest(std::move(value), done, middle); }, [&] { return parallel(middle, hi); });
    return combine(std::move(halves.first), std::move(halves.second));
  }

  // The tree over the leaves [lo, hi).
  std::optional<T> parallel(std::size_t lo, std::size_t hi) {
    if (progress_.is_stopped()) {
      return std::nullopt;
    }
    if (hi - lo <= progress_.block()) {
      return run_block(lo, hi);
    }
    const std::size_t middle = lo + std::bit_floor(hi - lo - 1);
    auto halves = fork_join([&] { return parallel(lo, middle); }, [&] { return parallel(middle, hi); });
    return combine(std::move(halves.first), std::move(halves.second));
  }

  std::optional<T> run_block(std::size_t lo, std::size_t hi) {
    stop_on_throw guard(progress_);
    const bool is_timed = progress_.is_timed(lo);
    const clock::time_point before = is_timed ? clock::now() : clock::time_point();
    std::optional<T> value = serial(lo, hi);
    if (is_timed) {
      progress_.note(hi - lo, clock::now() - before);
    }
    guard.release();
    return value;
  }

  // The same by this thread alone.
  [[nodiscard]] T serial(std::size_t lo, std::size_t hi) {
    if (hi - lo == 1) {
      return leaf_of(lo);
    }
    if constexpr (is_folded_in_blocks<T>) {
      if (hi - lo == fold_block && shape_.leaf == 1) {
        return fold_tree<T, fold_block>(
            lo, [this](std::size_t i) { return leaf_(i, i + 1); }, op_);
      }
    }
    const std::size_t middle = lo + std::bit_floor(hi - lo - 1);
    T left = serial(lo, middle);
    return op_(std::move(left), serial(middle, hi));
  }

  const reduction_shape& shape_;
  loop_progress& progress_;
  const Leaf& leaf_;
  const Op& op_;
};

/// Combines the values `leaf(lo, hi)` of the leaves of [0, size), which is not empty, by `op(T, T)`. Throws: what they
/// throw; task_cancelled if it was asked to stop.
template <class T, class Leaf, class Op>
[[nodiscard]] FILCH_LOCAL T reduce_leaves(thread_pool& pool, std::size_t size, const Leaf& leaf, const Op& op,
                                          const loop_options& options) {
  const reduction_shape shape(size, options.grain);
  loop_progress progress(shape.leaves(), pool.thread_count(), loop_options(options.stop));
  std::optional<T> value = pool.invoke([&] { return reduction<T, Leaf, Op>(shape, progress, leaf, op).run(); });
  if (!value) {
    throw_stopped();
  }
  return *std::move(value);
}

}  // namespace filch::inline v0::detail
