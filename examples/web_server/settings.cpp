// SPDX-License-Identifier: BSL-1.0
#include "settings.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace web_server {
namespace {

double number(std::string_view name, const std::string& text, double lowest, double highest) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= lowest && value <= highest)) {
    throw std::invalid_argument{std::string{name} + ": bad value '" + text + "'"};
  }
  return value;
}

std::size_t count(std::string_view name, const std::string& text, double lowest, double highest) {
  const auto value = static_cast<std::size_t>(number(name, text, lowest, highest));
  if (std::to_string(value) != text) throw std::invalid_argument{std::string{name} + ": not a whole number"};
  return value;
}

std::chrono::milliseconds seconds(std::string_view name, const std::string& text, double lowest) {
  return std::chrono::milliseconds{static_cast<long>(1000 * number(name, text, lowest, 3600))};
}

}  // namespace

settings parse_arguments(int argc, char** argv) {
  settings result;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose") {
      result.verbose = true;
      continue;
    }
    const std::string value = i + 1 < argc ? argv[++i] : "";
    if (name == "--port") {
      result.port = static_cast<std::uint16_t>(count(name, value, 0, 65535));
    } else if (name == "--threads") {
      result.threads = count(name, value, 1, 1024);
    } else if (name == "--sleep") {
      result.sleep = seconds(name, value, 0);
    } else if (name == "--deadline") {
      result.deadline = seconds(name, value, 0.01);
    } else if (name == "--requests") {
      result.requests = count(name, value, 1, 1e15);
    } else {
      throw std::invalid_argument{"unknown argument '" + std::string{name} + "'"};
    }
  }
  return result;
}

}  // namespace web_server
