// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace filch::inline v0::detail {

/// Writes to the standard error stream by one call, so that the lines of several threads do not mix. A failure is not
/// reported.
void write_to_standard_error(std::string_view text) noexcept;

}  // namespace filch::inline v0::detail
