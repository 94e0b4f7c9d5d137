// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/loop_head.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/loop/stretches.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// Moves those elements of [0, size) that are kept to the places 0, 1, ..., in their order.
///
/// `keep(i, before)` says whether element i is kept, once for each element; `before` is the place where its
/// predecessor lies, or one that is equal to it for the purpose of `keep`. `put(i, to)` moves an element. Each element
/// has a bit, so that `keep` is called once although the elements are gone over twice.
template <class Keep, class Put>
class selection {
 public:
  /// If `is_in_place`, the places are those of the elements.
  selection(std::size_t size, std::size_t workers, bool is_in_place, const loop_options& options, const Keep& keep,
            const Put& put)
      : size_(size),
        workers_(workers),
        is_in_place_(is_in_place),
        has_head_(options.grain.elements == 0),
        block_(has_head_ ? std::clamp<std::size_t>(size / (8 * workers), 1, largest_block) : options.grain.elements),
        progress_(size, workers, options, std::chrono::microseconds(4)),
        options_(options),
        keep_(keep),
        put_(put) {}

  /// On a worker or guest. Returns: how many are kept. Throws: what the callables throw; task_cancelled if it was asked
  /// to stop.
  [[nodiscard]] std::size_t run() {
    auto alone = [this](std::size_t lo, std::size_t hi) { take(lo, hi); };
    if (workers_ == 1) {
      stretches(size_, block_, 1, options_.stop).run([&](std::size_t, std::size_t lo, std::size_t hi) {
        alone(lo, hi);
      });
      return kept_;
    }
    std::size_t done = 0;
    if (has_head_) {
      done = run_head(progress_, alone, 0, size_);
    }
    if (done != size_) {
      share(done);
    }
    if (options_.stop.stop_requested()) {
      throw_stopped();
    }
    return kept_;
  }

 private:
  static constexpr std::size_t largest_block = 8192;
  static constexpr std::size_t bits = 64;

  // On one thread.
  void take(std::size_t lo, std::size_t hi) {
    for (; lo != hi; ++lo) {
      if (keep_(lo, is_in_place_ ? kept_ - 1 : lo - 1)) {
        put_(lo, kept_++);
      }
    }
  }

  void share(std::size_t begin) {
    stretches rest(size_ - begin, block_, workers_, options_.stop);
    const std::size_t words = (block_ + bits - 1) / bits;
    std::vector<std::uint64_t> chosen(rest.length() * words);
    std::vector<std::size_t> places(rest.length());  // of each block; at first how many of its elements are kept
    bool is_done = false;
    rest.run(
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          const std::size_t before = i == 0 && is_in_place_ ? kept_ - 1 : begin + lo - 1;
          places[i] = choose(begin + lo, begin + hi, before, chosen.data() + i * words);
        },
        [&](std::size_t n, std::size_t lo) {
          for (std::size_t i = 0; i < n; ++i) {
            kept_ += std::exchange(places[i], kept_);
          }
          // Where the places are those of elements which have not been moved yet, one thread moves them in order.
          is_done = is_in_place_ && kept_ > begin + lo;
          for (std::size_t i = 0; is_done && i < n; ++i) {
            const std::size_t from = begin + lo + i * block_;
            move(from, from + (std::min)(block_, size_ - from), chosen.data() + i * words, places[i]);
          }
        },
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          if (!is_done) {
            move(begin + lo, begin + hi, chosen.data() + i * words, places[i]);
          }
        });
  }

  // Sets the bits of the elements that are kept. Returns how many there are.
  std::size_t choose(std::size_t lo, std::size_t hi, std::size_t before, std::uint64_t* word) const {
    std::size_t count = 0;
    while (lo != hi) {
      std::uint64_t chosen = 0;
      const std::size_t n = (std::min)(bits, hi - lo);
      for (std::size_t b = 0; b < n; ++b) {
        chosen |= static_cast<std::uint64_t>(keep_(lo, before)) << b;
        before = lo++;
      }
      *word++ = chosen;
      count += static_cast<std::size_t>(std::popcount(chosen));
    }
    return count;
  }

  // Moves the elements of [lo, hi) whose bits are set to `place` and what follows it.
  void move(std::size_t lo, std::size_t hi, const std::uint64_t* word, std::size_t place) const {
    for (; lo < hi; lo += bits) {
      std::uint64_t chosen = *word++;
      if (chosen == ~std::uint64_t{0}) {
        for (std::size_t b = 0; b < bits; ++b) {
          put_(lo + b, place + b);
        }
        place += bits;
        continue;
      }
      for (; chosen != 0; chosen &= chosen - 1) {
        put_(lo + static_cast<std::size_t>(std::countr_zero(chosen)), place++);
      }
    }
  }

  const std::size_t size_;
  const std::size_t workers_;
  const bool is_in_place_;
  const bool has_head_;
  const std::size_t block_;
  loop_progress progress_;
  const loop_options& options_;
  const Keep& keep_;
  const Put& put_;
  std::size_t kept_ = 0;
};

/// Runs a selection of `size` elements in `pool`, as above.
template <class Keep, class Put>
[[nodiscard]] FILCH_LOCAL std::size_t select(thread_pool& pool, std::size_t size, bool is_in_place,
                                             const loop_options& options, const Keep& keep, const Put& put) {
  if (size == 0) {
    return 0;
  }
  return pool.invoke(
      [&] { return selection<Keep, Put>(size, pool.thread_count(), is_in_place, options, keep, put).run(); });
}

}  // namespace filch::inline v0::detail
