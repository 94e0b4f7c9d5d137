// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace web_server {

struct settings {
  std::uint16_t port = 7878;  // 0: the system chooses a free one
  std::size_t threads = 4;
  std::chrono::milliseconds sleep{5000};     // how long GET /sleep takes
  std::chrono::milliseconds deadline{5000};  // for reading a request, and again for writing the answer
  std::size_t requests = std::numeric_limits<std::size_t>::max();  // stop after so many
  bool verbose = false;
};

inline constexpr const char* usage =
    "usage: web_server [--port N] [--threads N] [--sleep SECONDS] [--deadline SECONDS] [--requests N] [--verbose]\n"
    "Serves http://127.0.0.1:7878 with 4 workers by default, until SIGINT, SIGTERM or N requests.\n"
    "Port 0 takes a free port. --verbose names the worker that runs each request.\n";

/// Throws std::invalid_argument, which names the bad argument.
settings parse_arguments(int argc, char** argv);

}  // namespace web_server
