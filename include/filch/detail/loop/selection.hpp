// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/chosen_elements.hpp>
#include <filch/detail/loop/loop_head.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/loop/stretches.hpp>
#include <filch/thread_pool.hpp>

namespace filch::inline v0::detail {

/// Writes those elements of first[0, size) that are kept to out[0, ...), in their order.
///
/// `keep(i, before)` says whether element i is kept, once for each element; `before` is the place where its
/// predecessor lies, or an element that is equal to it for the purpose of `keep`.
template <kept Where, class It, class Out, class Keep>
class selection {
 public:
  /// In place, `out` is `first`.
  selection(const It& first, std::size_t size, const Out& out, std::size_t workers, const loop_options& options,
            const Keep& keep)
      : first_(first),
        size_(size),
        out_(out),
        workers_(workers),
        has_head_(options.grain.elements == 0),
        block_(has_head_ ? std::clamp<std::size_t>(size / (8 * workers), 1, largest_block) : options.grain.elements),
        progress_(size, workers, options, std::chrono::microseconds(4)),
        options_(options),
        keep_(keep) {}

  /// On a worker or guest. Returns: how many are kept. Throws: what `keep` throws; task_cancelled if it was asked to
  /// stop.
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
  static constexpr bool is_in_place = Where == kept::in_place;

  using elements = chosen_elements<Where, It, Out>;

  // The elements of a block, in and out, stay in the second cache between the passes, with those of some other blocks.
  static constexpr std::size_t largest_block =
      std::clamp<std::size_t>(32 * 1024 / sizeof(std::iter_value_t<It>), 64, 8192);

  // On one thread.
  void take(std::size_t lo, std::size_t hi) {
    std::size_t places = kept_;
    for (; lo != hi; ++lo) {
      if (keep_(lo, is_in_place ? places - 1 : lo - 1)) {
        keep_at<Where>(first_, lo, out_, places++);
      }
    }
    kept_ = places;
  }

  void share(std::size_t begin) {
    stretches rest(size_ - begin, block_, workers_, options_.stop);
    elements chosen(first_, out_, rest.length(), block_);
    std::vector<std::size_t> counts(rest.length());
    std::vector<std::size_t> places(rest.length());
    bool is_written = false;
    rest.run(
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          const std::size_t before = i == 0 && is_in_place ? kept_ - 1 : begin + lo - 1;
          counts[i] = chosen.choose(i, begin + lo, begin + hi, before, keep_);
        },
        [&](std::size_t n, std::size_t lo) {
          for (std::size_t i = 0; i < n; ++i) {
            places[i] = kept_;
            kept_ += counts[i];
          }
          // Where the places are those of elements which have not been written yet, one thread writes them in order.
          is_written = !elements::may_overwrite && is_in_place && kept_ > begin + lo;
          for (std::size_t i = 0; is_written && i < n; ++i) {
            const std::size_t from = begin + lo + i * block_;
            chosen.write(i, from, from + (std::min)(block_, size_ - from), places[i], counts[i]);
          }
        },
        [&](std::size_t i, std::size_t lo, std::size_t hi) {
          if (!is_written) {
            chosen.write(i, begin + lo, begin + hi, places[i], counts[i]);
          }
        });
  }

  const It& first_;
  const std::size_t size_;
  const Out& out_;
  const std::size_t workers_;
  const bool has_head_;
  const std::size_t block_;
  loop_progress progress_;
  const loop_options& options_;
  const Keep& keep_;
  std::size_t kept_ = 0;
};

/// Runs a selection in `pool`, as above.
template <kept Where, class It, class Out, class Keep>
[[nodiscard]] FILCH_LOCAL std::size_t select(thread_pool& pool, const It& first, std::size_t size, const Out& out,
                                             const loop_options& options, const Keep& keep) {
  if (size == 0) {
    return 0;
  }
  return pool.invoke(
      [&] { return selection<Where, It, Out, Keep>(first, size, out, pool.thread_count(), options, keep).run(); });
}

}  // namespace filch::inline v0::detail
