// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string_view>

namespace filch::inline v0::detail {

/// Writes to the standard error stream by one call, so that what several threads write does not mix. Nobody learns if
/// it fails.
void write_to_standard_error(std::string_view text) noexcept;

}  // namespace filch::inline v0::detail
