// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// What a thief may spend on one item: nothing (it does not look), only what is cheap, or a heavy barrier too.
enum class steal_effort : unsigned char { none, cheap, any };

/// What became of an attempt to steal. `lost` does not mean `empty`: another thread took the item that the thief was
/// after, and there may be more items.
enum class steal_status : unsigned char { got, empty, lost };

template <class T>
struct [[nodiscard]] steal_result {
  steal_status status;
  T item{};  ///< meaningful only if status is got
};

}  // namespace filch::inline v0::detail
