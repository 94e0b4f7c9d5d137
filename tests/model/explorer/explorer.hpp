// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace filch_model {

class run;

struct limits {
  std::size_t executions = 5'000'000;        ///< gives up, and says so, after as many
  bool reduce = true;                        ///< leaves out what equals an execution that was seen
  std::function<void(const run&)> see = {};  ///< called after each execution
};

/// What an exploration found.
struct report {
  std::size_t executions = 0;  ///< different ones
  std::size_t cut = 0;         ///< given up on the way because they were equal to one of those
  bool complete = false;       ///< every execution was seen
  double seconds = 0;
  std::string failure;   ///< empty if all were right
  std::string trace;     ///< of the failing execution, a line for each step
  std::string schedule;  ///< for `replay`
};

/// Runs `scenario` in every way in which C++20 lets it happen, until one fails. The scenario makes its objects anew,
/// says `start` for each thread, `join_all`, and checks what must hold then.
[[nodiscard]] report explore(const std::function<void()>& scenario, limits most = {});

/// Runs the scenario once, the way that a report's schedule says.
[[nodiscard]] report replay(const std::function<void()>& scenario, const std::string& schedule);

// For scenarios.

void start(const char* name, std::function<void()> thread);
void join_all();
/// Ends the exploration with `message` unless `holds`.
void check(bool holds, const char* message);
[[noreturn]] void fail(const char* message);

}  // namespace filch_model
