// SPDX-License-Identifier: BSL-1.0
#include "pages.hpp"

#include <filch/this_worker.hpp>

#include <cstdio>
#include <string>
#include <thread>

namespace web_server {
namespace http = boost::beast::http;
namespace {

response page(http::status status, const std::string& title, const std::string& text) {
  response result{status, 11};
  result.set(http::field::content_type, "text/html; charset=utf-8");
  result.keep_alive(false);
  result.body() = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title +
                  "</title></head>\n<body><h1>" + title + "</h1><p>" + text + "</p></body>\n</html>\n";
  result.prepare_payload();
  return result;
}

void log(const request& asked) {
  const std::string line = std::string{asked.method_string()} + ' ' + std::string{asked.target()};
  std::printf("worker %zu runs %s\n", filch::this_worker::index().value(), line.c_str());
}

}  // namespace

response answer(const request& asked, const settings& options) {
  if (options.verbose) log(asked);
  const bool sleeps = asked.target() == "/sleep";
  if (asked.method() != http::verb::get || (asked.target() != "/" && !sleeps)) {
    return page(http::status::not_found, "Oops!", "I do not know what you are asking for.");
  }
  if (sleeps) std::this_thread::sleep_for(options.sleep);
  return page(http::status::ok, "Hello!", "Hi from a worker of filch.");
}

response refusal(http::status status) { return page(status, "Sorry", std::string{http::obsolete_reason(status)}); }

}  // namespace web_server
