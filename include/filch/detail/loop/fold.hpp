// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

/// So many elements are combined in a tree before they are combined with the rest.
inline constexpr std::size_t fold_block = 16;

template <class T>
inline constexpr bool is_folded_in_blocks =
    !std::is_integral_v<T> && std::is_trivially_copyable_v<T> && sizeof(T) <= 2 * sizeof(double);

/// In a loop it keeps g++ from vectorizing it: g++ would shuffle the elements of several trees, which takes longer.
FILCH_INLINE void do_not_vectorize() noexcept {
#if defined(__GNUC__) && !defined(__clang__)
  __asm__("");
#endif
}

/// Combines `get(i)`, ..., `get(i + Size - 1)` in a tree. `Size` is a power of two.
template <class T, std::size_t Size, class Get, class Op>
[[nodiscard]] FILCH_INLINE T fold_tree(std::size_t i, const Get& get, const Op& op) {
  if constexpr (Size == 1) {
    return get(i);
  } else {
    T left = fold_tree<T, Size / 2>(i, get, op);
    return op(std::move(left), fold_tree<T, Size / 2>(i + Size / 2, get, op));
  }
}

/// Combines `get(lo)`, ..., `get(hi - 1)`, each of them a T, by `op(T, T)` in this order. The range is not empty.
///
/// A processor can begin an addition of floats in each cycle, but needs several cycles for one, and a compiler may not
/// change how the additions are grouped. So the elements are combined in trees of 16, whose additions do not wait for
/// each other. That changes how the operations are grouped, as `op` allows, and never the order of the elements. Which
/// trees there are depends on hi - lo only.
template <class T, class Get, class Op>
[[nodiscard]] FILCH_LOCAL T fold(std::size_t lo, std::size_t hi, const Get& get, const Op& op) {
  if constexpr (is_folded_in_blocks<T>) {
    if (hi - lo >= fold_block) {
      T value = fold_tree<T, fold_block>(lo, get, op);
      for (lo += fold_block; hi - lo >= fold_block; lo += fold_block) {
        do_not_vectorize();
        value = op(value, fold_tree<T, fold_block>(lo, get, op));
      }
      while (lo != hi) {
        value = op(value, get(lo++));
      }
      return value;
    }
  }
  T value = get(lo);
  while (++lo < hi) {
    value = op(std::move(value), get(lo));
  }
  return value;
}

}  // namespace filch::inline v0::detail
