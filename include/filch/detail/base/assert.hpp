// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>

/// For internal invariants only. Wrong use by a caller is a usage_error.
#define FILCH_ASSERT(condition) assert(condition)
