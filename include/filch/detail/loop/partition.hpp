// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <stop_token>
#include <vector>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/adaptive_loop.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_options.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/detail/loop/partition_piece.hpp>
#include <filch/grain.hpp>

namespace filch::inline v0::detail {

/// Partitions a range: the elements for which `is_left` is true come first, in no order.
///
/// The range is cut into pieces. A piece is one part from the left of the range and one from the right, as far from its
/// middle, so that after the workers have partitioned the pieces, most elements are on the side where they belong. The
/// others are as many on either side, and are exchanged.
template <class It, class IsLeft>
class partition {
 public:
  /// A piece has at least `least_piece` elements.
  partition(const It& first, std::size_t size, std::size_t least_piece, std::size_t workers,
            const std::stop_token& stop, const IsLeft& is_left) noexcept
      : first_(first),
        size_(size),
        pieces_(workers == 1 && !stop.stop_possible()
                    ? 1
                    : std::clamp<std::size_t>(size / (2 * least_piece), 1, pieces_per_worker * workers)),
        workers_(workers),
        stop_(stop),
        is_left_(is_left) {}

  /// On a worker or guest. Returns: how many elements are on the left. If the loop is stopped, the elements are in no
  /// order, and so is the result. Throws: what is_left throws; then too each element is still there.
  [[nodiscard]] FILCH_LOCAL std::size_t run() {
    if (pieces_ == 1) {
      return partition_piece(first_, size_, first_, 0, is_left_);
    }
    std::vector<segment> segments(2 * pieces_);
    const std::size_t length = size_ / (2 * pieces_);
    const auto body = [&](std::size_t lo, std::size_t hi) {
      for (; lo != hi; ++lo) {
        partition_pair(segments[lo], segments[2 * pieces_ - 1 - lo], lo, length, lo + 1 == pieces_);
      }
    };
    loop_progress progress(pieces_, workers_, loop_options(grain{1}, stop_));
    adaptive_loop<const decltype(body)>(progress, body).run(0, pieces_);
    if (progress.is_stopped()) {
      return 0;
    }
    std::size_t lefts = 0;
    for (const segment& s : segments) {
      lefts += s.middle - s.begin;
    }
    exchange(segments, lefts);
    return lefts;
  }

 private:
  // A part whose elements [begin, middle) are on the left and [middle, end) on the right.
  struct segment {
    std::size_t begin = 0;
    std::size_t middle = 0;
    std::size_t end = 0;
  };
  struct misplaced {
    std::size_t begin;
    std::size_t size;
  };

  static constexpr std::size_t pieces_per_worker = 4;

  void partition_pair(segment& left, segment& right, std::size_t i, std::size_t length, bool is_innermost) const {
    left.begin = i * length;
    left.end = left.begin + length;
    right.end = size_ - i * length;
    right.begin = is_innermost ? left.end : right.end - length;
    const std::size_t lefts = partition_piece(advanced(first_, left.begin), length, advanced(first_, right.begin),
                                              right.end - right.begin, is_left_);
    left.middle = left.begin + (std::min)(lefts, length);
    right.middle = right.begin + (lefts - (std::min)(lefts, length));
  }

  // Exchanges the elements before `lefts` that are on the right for those behind it that are on the left.
  void exchange(const std::vector<segment>& segments, std::size_t lefts) {
    std::vector<misplaced> right;
    std::vector<misplaced> left;
    std::size_t all = 0;
    for (const segment& s : segments) {
      if (const std::size_t end = (std::min)(s.end, lefts); s.middle < end) {
        right.push_back({s.middle, end - s.middle});
        all += end - s.middle;
      }
      if (const std::size_t begin = (std::max)(s.begin, lefts); begin < s.middle) {
        left.push_back({begin, s.middle - begin});
      }
    }
    const auto body = [&](std::size_t lo, std::size_t hi) {
      for (cursor a(right, lo), b(left, lo); lo != hi;) {
        const std::size_t n = (std::min)({a.left(), b.left(), hi - lo});
        std::swap_ranges(advanced(first_, a.place()), advanced(first_, a.place() + n), advanced(first_, b.place()));
        a.skip(n);
        b.skip(n);
        lo += n;
      }
    };
    if (all != 0) {
      loop_progress progress(all, workers_, loop_options());
      adaptive_loop<const decltype(body)>(progress, body).run(0, all);
    }
  }

  // Goes over the elements of some intervals.
  class cursor {
   public:
    cursor(const std::vector<misplaced>& all, std::size_t n) : at_(all.data()) { skip(n); }
    void skip(std::size_t n) {
      for (done_ += n; done_ != 0 && done_ >= at_->size; ++at_) {
        done_ -= at_->size;
      }
    }
    [[nodiscard]] std::size_t place() const { return at_->begin + done_; }
    [[nodiscard]] std::size_t left() const { return at_->size - done_; }

   private:
    const misplaced* at_;
    std::size_t done_ = 0;
  };

  const It& first_;
  const std::size_t size_;
  const std::size_t pieces_;
  const std::size_t workers_;
  const std::stop_token& stop_;
  const IsLeft& is_left_;
};

}  // namespace filch::inline v0::detail
