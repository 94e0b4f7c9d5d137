// SPDX-License-Identifier: BSL-1.0
// The snippet of docs/guides/pipelines.md.
#include <filch/pipeline.hpp>
#include <filch/thread_pool.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

std::string in_capitals(std::string s) {
  for (char& c : s) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return s;
}

// [snippet: lines]
std::string numbered(filch::thread_pool& pool, const std::vector<std::string>& lines) {
  std::string out;
  std::size_t read = 0;
  filch::parallel_pipeline(
      pool, 8,
      filch::stage{filch::serial_in_order,
                   [&] { return read != lines.size() ? std::optional(lines[read++]) : std::nullopt; }},
      filch::stage{filch::parallel, [](std::string line) { return in_capitals(std::move(line)); }},
      filch::stage{filch::serial_in_order, [&out, number = 0](const std::string& line) mutable {
                     out += std::to_string(++number) + " " + line + "\n";
                   }});
  return out;
}
// [end]

}  // namespace

int main() {
  filch::thread_pool pool;
  return numbered(pool, {"first", "second", "third"}) == "1 FIRST\n2 SECOND\n3 THIRD\n" ? 0 : 1;
}
