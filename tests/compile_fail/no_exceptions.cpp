// SPDX-License-Identifier: BSL-1.0
// The first error says what is missing, before those that follow from it.
// options with the fault: -fno-exceptions
// expect: \A[^\n]*filch needs exceptions: compile without -fno-exceptions
#include <filch/filch.hpp>
