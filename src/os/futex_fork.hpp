// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// For the handler before fork(): makes what the futexes need.
void prepare_futexes_for_fork() noexcept;

/// In a child of fork(): nobody sleeps here. The kernel knows that; the portable futex has to be told.
void renew_futexes_in_child() noexcept;

}  // namespace filch::inline v0::detail
