// SPDX-License-Identifier: BSL-1.0
#include "support/options.hpp"

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>

namespace filch_bench {
namespace {

std::size_t positive(std::string_view text, std::string_view flag) {
  std::size_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value == 0) {
    throw std::invalid_argument(std::string(flag) + ": not a positive number: \"" + std::string(text) + '"');
  }
  return value;
}

std::vector<std::size_t> positive_list(std::string_view text, std::string_view flag) {
  std::vector<std::size_t> values;
  for (;;) {
    const std::size_t comma = text.find(',');
    values.push_back(positive(text.substr(0, comma), flag));
    if (comma == std::string_view::npos) {
      return values;
    }
    text.remove_prefix(comma + 1);
  }
}

bool take(options& into, std::string_view argument) {
  constexpr std::string_view threads = "--threads=";
  constexpr std::string_view samples = "--samples=";
  if (argument == "--pin") {
    into.pin = true;
  } else if (argument == "--progress") {
    into.progress = true;
  } else if (argument.starts_with(threads)) {
    into.threads = positive_list(argument.substr(threads.size()), threads);
  } else if (argument.starts_with(samples)) {
    into.samples = positive(argument.substr(samples.size()), samples);
  } else {
    return false;
  }
  return true;
}

}  // namespace

options take_options(int& argc, char** argv) {
  options taken;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    if (!take(taken, argv[i])) {
      argv[kept++] = argv[i];
    }
  }
  argc = kept;
  return taken;
}

}  // namespace filch_bench
