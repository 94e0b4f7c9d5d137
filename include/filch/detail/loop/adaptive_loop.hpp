// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <stop_token>
#include <utility>

#include <filch/detail/base/atomic.hpp>
#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/fork_join.hpp>

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
  [[nodiscard]] bool is_timed(std::size_t index) const noexcept { return !is_fixed_ && index / block() % 8 == 0; }
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

/// A loop that calls `body(lo, hi)` on blocks, in parallel and in no order.
///
/// It begins on one thread, which runs a few elements and estimates how long the rest will take. So a loop that is too
/// short to be shared forks nothing, wakes nobody, and takes the time of a serial loop. The rest is halved by forks
/// down to blocks: all that is left of the loop, but for the block under way, can be stolen at any time.
template <class Body>
class adaptive_loop {
 public:
  adaptive_loop(loop_progress& progress, Body& body) noexcept : progress_(progress), body_(body) {}

  /// Runs [lo, hi). The calling thread is a worker or guest.
  FILCH_LOCAL void run(std::size_t lo, std::size_t hi) {
    if (progress_.has_head()) {
      lo = run_head(lo, hi);
    }
    if (lo != hi) {
      split(lo, hi);
    }
  }

 private:
  using clock = steady_clock;

  // Runs elements until it is known that the rest is worth sharing. Returns where the rest begins.
  std::size_t run_head(std::size_t lo, std::size_t hi) {
    constexpr std::chrono::nanoseconds first_chunks{600};
    constexpr std::size_t fastest_growth = 15;
    const clock::time_point start = clock::now();
    clock::time_point before = start;
    for (std::size_t chunk = 1; !progress_.is_stopped() && lo < progress_.end();) {
      body_(lo, lo + chunk);
      lo += chunk;
      if (lo == hi) {
        break;
      }
      const clock::time_point now = clock::now();
      const auto took = static_cast<double>(std::max<std::chrono::nanoseconds::rep>((now - before).count(), 1));
      const double per_element = took / static_cast<double>(chunk);
      if (now - start >= progress_.head() && progress_.is_worth_sharing(now - before, chunk, hi - lo)) {
        progress_.note(chunk, now - before);
        return lo;
      }
      const auto next = static_cast<double>((now - start > first_chunks ? (now - start) : first_chunks).count());
      chunk = (std::min)(
          {fastest_growth * chunk, (std::max<std::size_t>)(1, static_cast<std::size_t>(next / per_element)), hi - lo});
      before = now;
    }
    return hi;
  }

  FILCH_LOCAL void split(std::size_t lo, std::size_t hi) {
    if (progress_.is_stopped() || lo >= progress_.end()) {
      return;
    }
    if ((hi - lo) / 2 < progress_.block()) {
      run_block(lo, hi);
      return;
    }
    const std::size_t middle = lo + (hi - lo) / 2;
    fork_join([&] { split(lo, middle); }, [&] { split(middle, hi); });
  }

  FILCH_INLINE void run_block(std::size_t lo, std::size_t hi) {
    stop_on_throw guard(progress_);
    if (progress_.is_timed(lo)) {
      const clock::time_point before = clock::now();
      body_(lo, hi);
      progress_.note(hi - lo, clock::now() - before);
    } else {
      body_(lo, hi);
    }
    guard.release();
  }

  loop_progress& progress_;
  Body& body_;
};

}  // namespace filch::inline v0::detail
