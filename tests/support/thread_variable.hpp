// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdlib>

namespace filch_test {

/// FILCH_NUM_THREADS for the time of one test: a text, or unset by null.
class thread_variable {
 public:
  explicit thread_variable(const char* value) { set(value); }
  ~thread_variable() { set(nullptr); }
  thread_variable(const thread_variable&) = delete;
  thread_variable& operator=(const thread_variable&) = delete;

 private:
  static constexpr const char* name = "FILCH_NUM_THREADS";

  static void set(const char* value) {
#if defined(_WIN32)
    ::_putenv_s(name, value != nullptr ? value : "");  // unset by an empty text
#else
    if (value == nullptr) {
      ::unsetenv(name);
    } else {
      ::setenv(name, value, 1);
    }
#endif
  }
};

}  // namespace filch_test
