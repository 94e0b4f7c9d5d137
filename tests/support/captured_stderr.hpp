// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace filch_test {

/// What the process writes to the standard error stream while it lives, by whatever call.
class captured_stderr {
 public:
  captured_stderr() : before_(::dup(STDERR_FILENO)) {
    std::string path = "/tmp/filch_stderr_XXXXXX";
    file_ = ::mkostemp(path.data(), O_APPEND);
    if (before_ < 0 || file_ < 0) {
      throw std::runtime_error("cannot capture the standard error stream");
    }
    ::unlink(path.c_str());
    std::fflush(stderr);
    ::dup2(file_, STDERR_FILENO);
  }
  ~captured_stderr() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    ::close(file_);
  }
  captured_stderr(const captured_stderr&) = delete;
  captured_stderr& operator=(const captured_stderr&) = delete;

  [[nodiscard]] std::string text() const {
    std::string all;
    std::array<char, 4096> some{};
    ssize_t n = 0;
    while ((n = ::pread(file_, some.data(), some.size(), static_cast<off_t>(all.size()))) > 0) {
      all.append(some.data(), static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  int before_;
  int file_;
};

}  // namespace filch_test
