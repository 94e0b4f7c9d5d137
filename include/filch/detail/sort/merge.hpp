// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/elements.hpp>
#include <filch/detail/loop/loop_progress.hpp>
#include <filch/fork_join.hpp>

namespace filch::inline v0::detail {

/// Elements [lo, hi) of a sorted sequence.
struct run_of {
  std::size_t lo = 0;
  std::size_t hi = 0;

  [[nodiscard]] std::size_t size() const noexcept { return hi - lo; }
  [[nodiscard]] std::size_t middle() const noexcept { return lo + size() / 2; }
};

/// Merges a run of `a` and a run of `b` to `out`; of equal elements those of `a` come first. `put(out, i, x)` assigns
/// an element, which is an lvalue. A long merge is divided at the middle of its longer run.
template <class A, class B, class Out, class Less, class Put>
class merge {
 public:
  merge(const A& a, const B& b, const Out& out, std::size_t leaf, loop_progress& progress, const Less& less,
        const Put& put) noexcept
      : a_(a), b_(b), out_(out), leaf_(leaf), progress_(progress), less_(less), put_(put) {}

  /// Merges to out[to, ...). If the loop is stopped, all elements get there in no order. On a worker or guest. Throws:
  /// what the callables throw.
  FILCH_LOCAL void run(run_of a, run_of b, std::size_t to) const {
    if (progress_.is_stopped()) {
      append(a, b, to);
      return;
    }
    stop_on_throw guard(progress_);
    if (append_in_order(a, b, to)) {
      guard.release();
      return;
    }
    if (a.size() + b.size() <= leaf_) {
      run_alone(a, b, to);
      guard.release();
      return;
    }
    const auto [in_a, in_b] = a.size() >= b.size() ? split_at_a(a, b) : split_at_b(a, b);
    guard.release();
    fork_join(
        [&, x = in_a, y = in_b] {
          run({a.lo, x}, {b.lo, y}, to);
        },
        [&, x = in_a, y = in_b] {
          run({x, a.hi}, {y, b.hi}, to + (x - a.lo) + (y - b.lo));
        });
  }

 private:
  using places = std::pair<std::size_t, std::size_t>;

  // What is smaller than the element in the middle of the run of `a` comes before it.
  [[nodiscard]] places split_at_a(run_of a, run_of b) const {
    const auto it = std::lower_bound(advanced(b_, b.lo), advanced(b_, b.hi), element(a_, a.middle()), less_);
    return {a.middle(), index_of(b_, it)};
  }
  // What is not larger than the element in the middle of the run of `b` comes before it.
  [[nodiscard]] places split_at_b(run_of a, run_of b) const {
    const auto it = std::upper_bound(advanced(a_, a.lo), advanced(a_, a.hi), element(b_, b.middle()), less_);
    return {index_of(a_, it), b.middle()};
  }

  void run_alone(run_of a, run_of b, std::size_t to) const {
    while (a.lo != a.hi && b.lo != b.hi) {
      if (less_(element(b_, b.lo), element(a_, a.lo))) {
        put_(out_, to++, element(b_, b.lo++));
      } else {
        put_(out_, to++, element(a_, a.lo++));
      }
    }
    append(a, b, to);
  }

  // Runs that do not overlap are often found where a part of the range was in order before.
  bool append_in_order(run_of a, run_of b, std::size_t to) const {
    if (a.size() == 0 || b.size() == 0 || !less_(element(b_, b.lo), element(a_, a.hi - 1))) {
      append(a, b, to);
      return true;
    }
    if (less_(element(b_, b.hi - 1), element(a_, a.lo))) {
      append(run_of{}, b, to);
      append(a, run_of{}, to + b.size());
      return true;
    }
    return false;
  }

  void append(run_of a, run_of b, std::size_t to) const {
    for (; a.lo != a.hi; ++a.lo) {
      put_(out_, to++, element(a_, a.lo));
    }
    for (; b.lo != b.hi; ++b.lo) {
      put_(out_, to++, element(b_, b.lo));
    }
  }

  const A& a_;
  const B& b_;
  const Out& out_;
  const std::size_t leaf_;
  loop_progress& progress_;
  const Less& less_;
  const Put& put_;
};

}  // namespace filch::inline v0::detail
