// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <string_view>

// Ends a test that hangs: prints its name and the stacks of all threads and exits with 124.
// It costs one thread, which sleeps, has all signals blocked and is named "watchdog".
namespace filch_test::watchdog {

// FILCH_TEST_TIMEOUT in seconds, else 120. 0 switches the watchdog off.
std::chrono::seconds limit();

// Starts the watching thread. Called once, by main.
void start();

// A test case begins: from now on it has the full time again.
void rearm(std::string_view test_name);

}  // namespace filch_test::watchdog
