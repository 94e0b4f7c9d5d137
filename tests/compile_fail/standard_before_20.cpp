// SPDX-License-Identifier: BSL-1.0
// The first error says what is missing, before those that follow from it.
// options with the fault: -std=c++17
// expect: \A[^\n]*filch needs C\+\+20: compile with -std=c\+\+20
#include <filch/filch.hpp>
