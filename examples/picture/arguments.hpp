// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <filch/thread_pool.hpp>

#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <string_view>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace picture {

struct arguments {
  std::size_t width = 1280;
  std::size_t height = 720;
  std::size_t threads = filch::available_parallelism();
  std::string out = "picture.ppm";
  bool progress = false;
};

inline constexpr const char* usage = "usage: picture [--size WIDTHxHEIGHT] [--threads N] [--out FILE] [--progress]\n";

inline bool stderr_is_terminal() {
#if __has_include(<unistd.h>)
  return isatty(STDERR_FILENO) != 0;
#else
  return false;
#endif
}

/// Throws std::invalid_argument, which names the bad argument.
inline arguments parse_arguments(int argc, char** argv) {
  arguments result;
  result.progress = stderr_is_terminal();
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--progress") {
      result.progress = true;
      continue;
    }
    const char* const value = i + 1 < argc ? argv[++i] : "";
    int read = 0;
    bool good = false;
    if (name == "--size") {
      good = std::sscanf(value, "%5zux%5zu%n", &result.width, &result.height, &read) == 2 && value[read] == '\0' &&
             result.width > 0 && result.height > 0;
    } else if (name == "--threads") {
      good = std::sscanf(value, "%4zu%n", &result.threads, &read) == 1 && value[read] == '\0' && result.threads > 0;
    } else if (name == "--out") {
      result.out = value;
      good = !result.out.empty();
    }
    if (!good) throw std::invalid_argument{"bad argument: " + std::string{name} + ' ' + value};
  }
  return result;
}

}  // namespace picture
