// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stop_token>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/loop/loop_options.hpp>

namespace filch::inline v0::detail {

/// What the threads that take part in one loop share: where the loop ends, and how many elements one block has. A block
/// is what a thread runs without a look at anything else. It is so large that forking costs little beside it, and so
/// small that the threads end together.
///
/// The number of elements follows the time that blocks take, so a loop needs no tuning. Where the caller gives a grain,
/// the number is fixed.
class loop_progress {
 public:
  /// `head` is the time for which one thread runs the loop before it shares the rest.
  loop_progress(std::size_t size, std::size_t workers, const loop_options& options,
                std::chrono::nanoseconds head = std::chrono::nanoseconds(0)) noexcept
      : block_(std::max<std::size_t>(1, options.grain.elements)),
        end_(size),
        is_fixed_(options.grain.elements != 0),
        most_((std::max<std::size_t>)(1, size / (16 * workers))),
        has_head_(options.grain.elements == 0 && size / workers >= 8),
        head_(head),
        stop_(options.stop) {}

  /// Elements from here on are not wanted any more: a search has found something before them.
  [[nodiscard]] std::size_t end() const noexcept {
    // relaxed: a hint; whoever reads it late runs one block more.
    return end_.load(std::memory_order_relaxed);
  }
  void end_at(std::size_t index) noexcept {
    // relaxed: a hint, and whoever waits for the loop reads it after the joins.
    std::size_t now = end_.load(std::memory_order_relaxed);
    while (index < now &&
           !end_.compare_exchange_weak(now, index, std::memory_order_relaxed, std::memory_order_relaxed)) {
    }
  }

  /// Whether all of the loop is unwanted: a block has thrown, or somebody asked the loop to stop.
  [[nodiscard]] bool is_stopped() const noexcept { return end() == 0 || stop_.stop_requested(); }
  void stop() noexcept { end_at(0); }

  /// Whether one thread runs the loop alone at first. Few elements are often large ones, and are shared at once:
  /// otherwise the others would wait for a large part of the time that the loop takes.
  [[nodiscard]] bool has_head() const noexcept { return has_head_; }

  /// Whether the block at `index` is to be timed. One in a few is, because a look at the clock costs as much as a fork.
  /// Of few elements each is a block, whatever time it takes.
  [[nodiscard]] bool is_timed(std::size_t index) const noexcept { return has_head_ && index / block() % 8 == 0; }
  /// Whether the caller has given the number of elements of a block.
  [[nodiscard]] bool is_fixed() const noexcept { return is_fixed_; }
  /// The number of elements of a block now.
  [[nodiscard]] std::size_t block() const noexcept {
    // relaxed: a hint.
    return block_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::chrono::nanoseconds head() const noexcept { return head_; }

  /// Whether the rest of a loop is worth a theft, if it goes on as the elements before it. Nothing follows from a time
  /// that is too short for the clock.
  [[nodiscard]] static bool is_worth_sharing(std::chrono::nanoseconds time, std::size_t done,
                                             std::size_t left) noexcept {
    return time >= measurable && static_cast<double>(time.count()) * static_cast<double>(left) >=
                                     static_cast<double>(worth_sharing.count()) * static_cast<double>(done);
  }

  /// So many elements have taken so long.
  void note(std::size_t elements, std::chrono::nanoseconds time) noexcept {
    const double per_nanosecond =
        static_cast<double>(elements) / static_cast<double>(std::max<std::chrono::nanoseconds::rep>(time.count(), 1));
    const auto in = [&](std::chrono::nanoseconds t) {
      return static_cast<std::size_t>(per_nanosecond * static_cast<double>(t.count()));
    };
    const std::size_t wanted =
        (std::max<std::size_t>)(1, (std::min)(in(usual_block), (std::max)(most_, in(least_block))));
    const std::size_t current = block();
    if (wanted < current / 2 || wanted / 2 > current) {
      // relaxed: a hint.
      block_.store(wanted, std::memory_order_relaxed);
    }
  }

 private:
  // A theft takes about 1 us until the thief has begun and the other thread knows that it has ended. Smaller blocks
  // than these made a loop of 2,000 elements of 3 ns slower, and did not make a longer one faster.
  static constexpr std::chrono::nanoseconds worth_sharing{4000};
  static constexpr std::chrono::nanoseconds measurable{150};
  static constexpr std::chrono::nanoseconds usual_block{2000};
  static constexpr std::chrono::nanoseconds least_block{1000};

  atomic<std::size_t> block_;
  atomic<std::size_t> end_;
  const bool is_fixed_;
  const std::size_t most_;  // the elements of a block: an idle thread finds something to steal near the end of the loop
  const bool has_head_;
  const std::chrono::nanoseconds head_;
  const std::stop_token stop_;
};

/// Stops the loop unless it is released: the loop ends soon if a block throws.
class stop_on_throw {
 public:
  explicit stop_on_throw(loop_progress& p) noexcept : progress_(&p) {}
  ~stop_on_throw() {
    if (progress_ != nullptr) {
      progress_->stop();
    }
  }
  stop_on_throw(const stop_on_throw&) = delete;
  stop_on_throw& operator=(const stop_on_throw&) = delete;
  void release() noexcept { progress_ = nullptr; }

 private:
  loop_progress* progress_;
};

}  // namespace filch::inline v0::detail
