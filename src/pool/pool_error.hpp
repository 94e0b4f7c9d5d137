// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <system_error>

namespace filch::inline v0::detail {

/// For thread_pool::build: a code whose message is `text`, and that compares equal to `condition`. A code is only a
/// number, so the texts behind codes are kept for as long as the process lives; equal errors share one. If there are
/// too many already, or there is no memory for one more, it is a plain code that compares equal to `condition` and has
/// its message.
[[nodiscard]] std::error_code pool_error(const char* text, const std::error_condition& condition) noexcept;

}  // namespace filch::inline v0::detail
