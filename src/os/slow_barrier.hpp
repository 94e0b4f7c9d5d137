// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// What takes the place of a heavy barrier where the system has none, for rare use: it lasts 10 ms. False where it is
/// not known to do.
[[nodiscard]] bool pass_slow_barrier() noexcept;

}  // namespace filch::inline v0::detail
