// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// In a child of fork(): the next call of default_pool() makes a new one.
void forget_default_pool() noexcept;

}  // namespace filch::inline v0::detail
