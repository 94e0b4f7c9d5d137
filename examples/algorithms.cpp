// SPDX-License-Identifier: BSL-1.0
// The snippets of docs/guides/algorithms.md.
#include <filch/parallel_algorithm.hpp>
#include <filch/parallel_for.hpp>
#include <filch/parallel_reduce.hpp>
#include <filch/parallel_scan.hpp>
#include <filch/parallel_sort.hpp>
#include <filch/thread_pool.hpp>
#include <filch/worker_local.hpp>

#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <sstream>
#include <stop_token>
#include <string>
#include <vector>

namespace {

// [snippet: loop]
void roots(filch::thread_pool& pool, std::vector<double>& v) {
  filch::parallel_for(pool, v, [](double& x) { x = std::sqrt(x); });
}
// [end]

// [snippet: sum]
double length(filch::thread_pool& pool, const std::vector<double>& v) {
  const auto add = [](double a, double b) { return a + b; };
  return std::sqrt(filch::parallel_transform_reduce(pool, v, 0.0, add, [](double x) { return x * x; }));
}
// [end]

// [snippet: histogram]
using histogram = std::array<std::uint32_t, 256>;

histogram bytes_of(filch::thread_pool& pool, const std::string& text) {
  constexpr std::size_t piece = 64 * 1024;  // so many bytes are counted in one histogram
  const std::size_t pieces = (text.size() + piece - 1) / piece;
  const auto count = [&](std::size_t i) {
    histogram h{};
    for (const char c : text.substr(i * piece, piece)) {
      ++h[static_cast<unsigned char>(c)];
    }
    return h;
  };
  const auto add = [](histogram a, const histogram& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      a[i] += b[i];
    }
    return a;
  };
  return filch::parallel_transform_reduce(pool, std::size_t{0}, pieces, histogram{}, add, count);
}
// [end]

// [snippet: early stop]
bool has_zero(filch::thread_pool& pool, const std::vector<double>& numbers) {
  return filch::parallel_any_of(pool, numbers, [](double x) { return x == 0.0; });
}
// [end]

// [snippet: progress]
void convert(filch::thread_pool& pool, std::vector<std::string>& files, const std::stop_token& stop) {
  std::atomic<std::size_t> done{0};
  filch::parallel_for(
      pool, files,
      [&](std::string& file) {
        file += ".converted";
        if (const std::size_t n = done.fetch_add(1, std::memory_order_relaxed) + 1; n % 100 == 0) {
          std::printf("%zu of %zu\n", n, files.size());
        }
      },
      stop, filch::grain{1});
}
// [end]

// [snippet: scan]
std::vector<std::size_t> begins(filch::thread_pool& pool, const std::vector<std::string>& lines) {
  std::vector<std::size_t> result(lines.size());
  const auto add = [](std::size_t a, std::size_t b) { return a + b; };
  filch::parallel_transform_exclusive_scan(pool, lines, result.begin(), std::size_t{0}, add, &std::string::size);
  return result;
}
// [end]

void split(const std::string& text, std::vector<std::string>& words) {
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
}

// [snippet: local]
std::size_t count_words(filch::thread_pool& pool, const std::vector<std::string>& files) {
  filch::worker_local<std::vector<std::string>> buffers(pool);
  filch::worker_local<std::size_t> count(pool);
  filch::parallel_for(pool, files, [&](const std::string& file) {
    std::vector<std::string>& words = buffers.local();  // keeps its memory from one file to the next
    words.clear();
    split(file, words);
    count.local() += words.size();
  });
  return count.combine([](std::size_t a, std::size_t b) { return a + b; });
}
// [end]

// [snippet: sort]
void by_length(filch::thread_pool& pool, std::vector<std::string>& lines) {
  filch::parallel_stable_sort(pool, lines, std::greater<>(), &std::string::size);
}
// [end]

// [snippet: largest]
std::vector<double> largest(filch::thread_pool& pool, std::vector<double> v, double at_least) {
  v.erase(filch::parallel_partition(pool, v, [=](double x) { return x >= at_least; }), v.end());
  filch::parallel_sort(pool, v, std::greater<>());
  return v;
}
// [end]

bool is_near(double a, double b) { return std::abs(a - b) < 1e-9; }

}  // namespace

int main() {
  filch::thread_pool pool;
  std::vector<double> v(1000, 4.0);
  roots(pool, v);
  if (!is_near(v[999], 2.0) || !is_near(length(pool, std::vector<double>{3, 4}), 5.0)) {
    return 1;
  }
  std::string text(200'000, 'x');
  text += "abc";
  const histogram h = bytes_of(pool, text);
  if (h['x'] != 200'000 || h['a'] != 1 || h['d'] != 0) {
    return 2;
  }
  if (has_zero(pool, v)) {
    return 3;
  }
  std::vector<std::string> files(250, "file");
  convert(pool, files, std::stop_token());
  if (files[249] != "file.converted") {
    return 4;
  }
  std::vector<std::string> lines{"one", "three", "", "four"};
  if (begins(pool, lines) != std::vector<std::size_t>{0, 3, 8, 8}) {
    return 5;
  }
  by_length(pool, lines);
  if (lines != std::vector<std::string>{"three", "four", "one", ""}) {
    return 6;
  }
  if (count_words(pool, {"one two", "", "three four five"}) != 5) {
    return 8;
  }
  return largest(pool, {1, 5, 3, 4, 2}, 3.0) == std::vector<double>{5, 4, 3} ? 0 : 7;
}
