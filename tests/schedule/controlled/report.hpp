// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <string>

namespace controlled {

/// Which schedule runs: a report says how to run it again.
void set_replay_line(const std::string& line);

/// Reports what is wrong, with the last steps of the schedule, and ends the process with status 1.
[[noreturn]] void fail(const std::string& what) noexcept;
/// The same when no thread can go on, with what each of them waits for and its stack.
[[noreturn]] void fail_deadlock() noexcept;

/// Nobody reads the reports of this process: they are not made.
void be_silent() noexcept;

/// Prints the calling thread's stack.
void print_stack() noexcept;

/// Reports signals and AddressSanitizer's findings likewise, and ends a process that takes longer than `seconds`.
void watch(unsigned seconds);

}  // namespace controlled
