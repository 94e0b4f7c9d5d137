// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace filch::inline v0::detail {

/// Throws usage_error: the caller is in a child of fork(), and waits for what only threads of the parent could do.
[[noreturn]] void throw_left_behind();

/// The same where nothing may be thrown: prints it and ends the process by std::terminate().
[[noreturn]] void end_wait_in_child() noexcept;

}  // namespace filch::inline v0::detail
