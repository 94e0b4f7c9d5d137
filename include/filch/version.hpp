// SPDX-License-Identifier: BSL-1.0
#pragma once

// The one source of the version: CMake, the package files and the lints read these lines.

#define FILCH_VERSION_MAJOR 0
#define FILCH_VERSION_MINOR 1
#define FILCH_VERSION_PATCH 0
#define FILCH_VERSION_STRING "0.1.0"

// Names the inline namespace (0 is filch::v0) and is the SOVERSION of the shared library.
// It grows when a release breaks programs that were built against the one before.
#define FILCH_ABI_VERSION 0
