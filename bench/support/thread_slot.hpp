// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace filch_bench {

/// Most threads alive at once that may count something.
inline constexpr std::size_t max_thread_slots = 256;

namespace detail {
inline constexpr std::size_t no_slot = SIZE_MAX;
inline thread_local constinit std::size_t own_slot = no_slot;
std::size_t take_slot();
}  // namespace detail

/// A small number that no other living thread has; given back when the thread ends.
[[nodiscard]] inline std::size_t thread_slot() {
  return detail::own_slot != detail::no_slot ? detail::own_slot : detail::take_slot();
}

}  // namespace filch_bench
