// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <filch/detail/base/compiler.hpp>

namespace filch::inline v0::detail {

/// Combines `get(lo)`, ..., `get(hi - 1)`, each of them a T, by `op(T, T)` in this order. The range is not empty.
///
/// A processor can begin an addition of floats in each cycle, but needs several cycles for one, and a compiler may not
/// change the order of the additions. So the elements are combined in eight pieces side by side. That changes how the
/// operations are grouped, as `op` allows, and never the order of the elements. Which pieces there are depends on hi -
/// lo only.
template <class T, class Get, class Op>
[[nodiscard]] FILCH_LOCAL T fold(std::size_t lo, std::size_t hi, const Get& get, const Op& op) {
  constexpr std::size_t lanes = 8;
  if constexpr (!std::is_integral_v<T> && std::is_trivially_copyable_v<T> &&
                std::is_nothrow_default_constructible_v<T> && sizeof(T) <= 2 * sizeof(double)) {
    if (hi - lo >= 2 * lanes) {
      const std::size_t length = (hi - lo) / lanes;
      std::array<T, lanes> values;
      for (std::size_t i = 0; i < lanes; ++i) {
        values[i] = get(lo + i * length);
      }
      for (std::size_t k = 1; k < length; ++k) {
        for (std::size_t i = 0; i < lanes; ++i) {
          values[i] = op(values[i], get(lo + i * length + k));
        }
      }
      for (std::size_t step = 1; step < lanes; step *= 2) {
        for (std::size_t i = 0; i < lanes; i += 2 * step) {
          values[i] = op(values[i], values[i + step]);
        }
      }
      for (lo += lanes * length; lo < hi; ++lo) {
        values[0] = op(values[0], get(lo));
      }
      return values[0];
    }
  }
  T value = get(lo);
  while (++lo < hi) {
    value = op(std::move(value), get(lo));
  }
  return value;
}

}  // namespace filch::inline v0::detail
