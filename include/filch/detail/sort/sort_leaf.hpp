// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <filch/detail/loop/loop_options.hpp>

namespace filch::inline v0::detail {

/// How many elements one worker sorts or merges, if a comparison takes so long: fewer if comparisons are dear, so that
/// a sort of a few large elements is shared too.
[[nodiscard]] inline std::size_t sort_leaf(std::size_t size, std::size_t workers, const loop_options& options,
                                           std::chrono::nanoseconds comparison) noexcept {
  constexpr std::size_t shortest = 8;
  constexpr std::size_t least = 4096;  // numbers are sorted in some 60 us
  constexpr std::size_t largest = 32 * 1024;
  constexpr std::size_t cheap = 20;  // ns
  if (workers == 1 && !options.stop.stop_possible()) {
    return size;
  }
  if (options.grain.elements != 0) {
    return (std::max)(shortest, options.grain.elements);
  }
  const auto t = static_cast<std::size_t>((std::max<std::chrono::nanoseconds::rep>)(comparison.count(), cheap));
  return std::clamp(size / (8 * workers), (std::max)(shortest, least * cheap / t), largest);
}

/// The same for a merge, which makes about one comparison for an element where a sort makes a dozen.
[[nodiscard]] inline std::size_t merge_leaf(std::size_t size, std::size_t workers, const loop_options& options,
                                            std::chrono::nanoseconds comparison) noexcept {
  return 8 * sort_leaf(size, workers, options, comparison);
}

}  // namespace filch::inline v0::detail
