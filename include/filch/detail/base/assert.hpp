// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cassert>

/// Internal invariants only; wrong use by a caller is a usage_error.
#define FILCH_ASSERT(condition) assert(condition)
