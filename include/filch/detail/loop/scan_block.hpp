// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

enum class scan_kind : bool { inclusive, exclusive };

/// Writes put(lo, x), ..., put(hi - 1, x), where x is what `carry` and the elements get(0), get(1), ... combine to:
/// those of [lo, i] in an inclusive scan, those of [lo, i) in an exclusive one, for which there is a carry. The range
/// is not empty. The element at i is read before the result at i is written, so both may be in one place. Returns: what
/// `carry` and all elements combine to.
template <scan_kind Kind, class T, class Get, class Put, class Op>
FILCH_LOCAL T scan_block(std::size_t lo, std::size_t hi, const std::optional<T>& carry, const Get& get, const Put& put,
                         const Op& op) {
  if constexpr (Kind == scan_kind::exclusive) {
    T before = *carry;
    for (; lo < hi; ++lo) {
      T through = op(T(before), get(lo));
      put(lo, std::move(before));
      before = std::move(through);
    }
    return before;
  } else {
    T through = carry ? op(T(*carry), get(lo)) : get(lo);
    put(lo, T(through));
    while (++lo < hi) {
      through = op(std::move(through), get(lo));
      put(lo, T(through));
    }
    return through;
  }
}

/// The same for floats. A processor needs several cycles for one addition, and in the loop above each waits for the one
/// before it. So four elements are combined with each other before the carry is combined with each.
template <scan_kind Kind, std::floating_point T, class Get, class Put, class Op>
FILCH_LOCAL T scan_block(std::size_t lo, std::size_t hi, const std::optional<T>& carry, const Get& get, const Put& put,
                         const Op& op) {
  T before{};
  if (carry) {
    before = *carry;
  } else {
    before = get(lo);
    put(lo++, before);  // only an inclusive scan has no carry
  }
  for (; hi - lo >= 4; lo += 4) {
    const T a = get(lo);
    const T b = get(lo + 1);
    const T c = get(lo + 2);
    const T d = get(lo + 3);
    const T ab = op(a, b);
    const T abc = op(ab, c);
    const T abcd = op(ab, op(c, d));
    if constexpr (Kind == scan_kind::exclusive) {
      put(lo, before);
      put(lo + 1, op(before, a));
      put(lo + 2, op(before, ab));
      put(lo + 3, op(before, abc));
      before = op(before, abcd);
    } else {
      put(lo, op(before, a));
      put(lo + 1, op(before, ab));
      put(lo + 2, op(before, abc));
      before = op(before, abcd);
      put(lo + 3, before);
    }
  }
  for (; lo < hi; ++lo) {
    const T through = op(before, get(lo));
    put(lo, Kind == scan_kind::exclusive ? before : through);
    before = through;
  }
  return before;
}

}  // namespace filch::inline v0::detail
