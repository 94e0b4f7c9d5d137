// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace filch_bench {

/// Ranges of this many elements in all are worked on in one run: one range of them, or many short ones.
inline constexpr std::size_t elements_a_run = 100'000;

/// A size as the names of the rows have it: "1e5", or "128".
[[nodiscard]] inline std::string size_text(std::size_t size) {
  std::size_t zeros = 0;
  std::size_t rest = size;
  for (; rest % 10 == 0; rest /= 10) {
    ++zeros;
  }
  return rest == 1 && zeros != 0 ? "1e" + std::to_string(zeros) : std::to_string(size);
}

/// Ranges of `size` elements, side by side.
template <class T>
class ranges {
 public:
  template <class Make>
  ranges(std::size_t size, Make make) : size_(size), elements_(std::max<std::size_t>(1, elements_a_run / size) * size) {
    for (T& element : elements_) {
      element = make();
    }
  }

  /// Calls `f(first, last)` for each.
  template <class F>
  void for_each(F f) {
    const auto step = static_cast<std::ptrdiff_t>(size_);
    for (auto first = elements_.begin(); first != elements_.end(); first += step) {
      f(first, first + step);
    }
  }
  [[nodiscard]] std::vector<T>& all() noexcept { return elements_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::size_t size_;
  std::vector<T> elements_;
};

template <class T>
[[nodiscard]] ranges<T> random_ranges(std::size_t size) {
  std::mt19937_64 random(7);
  return ranges<T>(size, [&] { return static_cast<T>(random() >> 11U); });
}

}  // namespace filch_bench
