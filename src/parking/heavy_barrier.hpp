// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// Makes every running thread of the process pass a full fence, where the system can (Linux: expedited membarrier);
/// elsewhere it does nothing. A sleeper calls it between its announcement and its look at the fork deques, so that a fork
/// need not pay a fence; nothing but the promptness of a wake-up depends on it.
void heavy_barrier() noexcept;

}  // namespace filch::inline v0::detail
