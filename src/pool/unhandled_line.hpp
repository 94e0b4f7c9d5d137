// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <string_view>

namespace filch::inline v0::detail {

/// Prints one line to the standard error stream that says in which pool an exception was left that nobody fetches, and
/// what it says: `filch: unhandled exception in pool "render": no data`. A long text is cut off, and control characters
/// become spaces. Allocates nothing.
void print_unhandled(std::string_view pool, const std::exception_ptr& error) noexcept;

}  // namespace filch::inline v0::detail
