// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// Takes the place of a heavy barrier where the system has none. For rare use, because it lasts 10 ms. False on
/// processors on which it is not known to be enough.
[[nodiscard]] bool pass_slow_barrier() noexcept;

}  // namespace filch::inline v0::detail
