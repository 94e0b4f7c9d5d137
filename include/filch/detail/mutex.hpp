// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <mutex>

#if FILCH_CONTROLLED
#include <controlled/primitives.hpp>
#endif

namespace filch::inline v0::detail {

// The mutex of the slow paths; see atomic.hpp.
#if FILCH_CONTROLLED
using controlled::mutex;
#else
using mutex = std::mutex;
#endif

}  // namespace filch::inline v0::detail
