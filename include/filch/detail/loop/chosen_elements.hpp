// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <filch/detail/base/compiler.hpp>
#include <filch/detail/loop/elements.hpp>

namespace filch::inline v0::detail {

/// Where what is kept is written to.
enum class kept : bool { elsewhere, in_place };

/// Writes the element at i to `to`: a copy, or the element itself if `out` is `first`.
template <kept Where, class It, class Out>
FILCH_INLINE void keep_at(const It& first, std::size_t i, const Out& out, std::size_t to) {
  if constexpr (Where == kept::elsewhere) {
    element(out, to) = element(first, i);
  } else if (i != to) {
    element(out, to) = std::ranges::iter_move(advanced(first, i));
  }
}

// What the blocks of a stretch keep of their elements, between the pass that finds it out and the pass that writes it.
// `keep(i, before)` says whether element i is kept; `before` is the place of its predecessor.

/// One bit for each element.
template <kept Where, class It, class Out>
class chosen_bits {
 public:
  /// What is written may not lie where elements have not been written yet.
  static constexpr bool may_overwrite = false;

  chosen_bits(const It& first, const Out& out, std::size_t blocks, std::size_t block)
      : first_(first), out_(out), words_((block + bits - 1) / bits), chosen_(blocks * words_) {}

  /// For the elements [lo, hi) of block i. Returns: how many are kept.
  template <class Keep>
  FILCH_LOCAL std::size_t choose(std::size_t i, std::size_t lo, std::size_t hi, std::size_t before, const Keep& keep) {
    std::uint64_t* word = &chosen_[i * words_];
    std::size_t count = 0;
    while (lo != hi) {
      std::uint64_t chosen = 0;
      const std::size_t n = (std::min)(bits, hi - lo);
      for (std::size_t b = 0; b < n; ++b) {
        chosen |= static_cast<std::uint64_t>(keep(lo, before)) << b;
        before = lo++;
      }
      *word++ = chosen;
      count += static_cast<std::size_t>(std::popcount(chosen));
    }
    return count;
  }

  /// Writes what is kept of the elements [lo, hi) of block i to `place` and what follows it.
  FILCH_LOCAL void write(std::size_t i, std::size_t lo, std::size_t hi, std::size_t place, std::size_t) const {
    const std::uint64_t* word = &chosen_[i * words_];
    for (; lo < hi; lo += bits) {
      for (std::uint64_t chosen = *word++; chosen != 0; chosen &= chosen - 1) {
        keep_at<Where>(first_, lo + static_cast<std::size_t>(std::countr_zero(chosen)), out_, place++);
      }
    }
  }

 private:
  static constexpr std::size_t bits = 64;

  const It& first_;
  const Out& out_;
  const std::size_t words_;  // of a block
  std::vector<std::uint64_t> chosen_;
};

/// Copies of the elements, which are written without a branch, and so without one that could be mispredicted.
template <class It, class Out>
class chosen_copies {
 public:
  static constexpr bool may_overwrite = true;

  chosen_copies(const It& first, const Out& out, std::size_t blocks, std::size_t block)
      : first_(first), out_(out), block_(block), copies_(std::make_unique_for_overwrite<value[]>(blocks * block)) {}

  template <class Keep>
  FILCH_LOCAL std::size_t choose(std::size_t i, std::size_t lo, std::size_t hi, std::size_t before, const Keep& keep) {
    value* const copies = &copies_[i * block_];
    std::size_t count = 0;
    for (; lo != hi; before = lo++) {
      copies[count] = element(first_, lo);
      count += static_cast<std::size_t>(keep(lo, before));
    }
    return count;
  }

  FILCH_LOCAL void write(std::size_t i, std::size_t, std::size_t, std::size_t place, std::size_t count) const {
    const value* const copies = &copies_[i * block_];
    std::copy(copies, copies + count, advanced(out_, place));
  }

 private:
  using value = std::iter_value_t<It>;

  const It first_;
  const Out out_;
  const std::size_t block_;
  const std::unique_ptr<value[]> copies_;
};

/// For elements that may be copied bit by bit, and made without being initialised, copies; otherwise bits.
template <kept Where, class It, class Out>
using chosen_elements =
    std::conditional_t<std::is_trivially_copyable_v<std::iter_value_t<It>> &&
                           std::is_trivially_default_constructible_v<std::iter_value_t<It>> &&
                           std::is_same_v<std::remove_cvref_t<std::iter_reference_t<It>>, std::iter_value_t<It>>,
                       chosen_copies<It, Out>, chosen_bits<Where, It, Out>>;

}  // namespace filch::inline v0::detail
