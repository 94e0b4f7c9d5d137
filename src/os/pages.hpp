// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch::inline v0::detail {

/// Tells the system that nobody wants what `memory` holds any more: it may take the pages and give zeroed ones at the
/// next touch. The address range stays the caller's. Parts of pages at both ends stay as they are. Does nothing where
/// the system has no such call.
void give_back_pages(void* memory, std::size_t bytes) noexcept;

/// Asks the C library to give the free pages of its heap back. Does nothing where it has no such call.
void give_back_heap() noexcept;

}  // namespace filch::inline v0::detail
