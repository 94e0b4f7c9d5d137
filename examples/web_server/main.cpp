// SPDX-License-Identifier: BSL-1.0
// The web server of the Rust book: one I/O thread accepts, reads and writes; the pool's workers answer.
#include "server.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  try {
    const auto options = web_server::parse_arguments(argc, argv);
    boost::asio::io_context io{1};
    filch::thread_pool pool{options.threads};
    web_server::server server{io, pool, options};
    std::printf("listening on 127.0.0.1:%u, %zu workers\n", unsigned{server.port()}, pool.thread_count());
    io.run();
    const auto& count = server.count();
    std::printf("stopped: %zu requests answered, %zu refused, %zu timed out, %zu left early\n", count.requests,
                count.refused, count.timed_out, count.left_early);
    return 0;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "web_server: %s\n%s", error.what(), web_server::usage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "web_server: %s\n", error.what());
    return 1;
  }
}
