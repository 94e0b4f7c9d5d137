// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include <filch/filch.hpp>

/// A part of the program: without races, unless its name begins with "race". Then there is one, which must be found.
struct part {
  std::string_view name;
  void (*run)(filch::thread_pool&);
};

std::span<const part> task_parts();

inline constexpr int rounds = 200;

/// Plain data that tasks write, and the program between.
inline std::vector<int> data(1000);

inline void fill(int value) { std::fill(data.begin(), data.end(), value); }
inline void touch() { ++data[5]; }

inline void expect(bool condition) {
  if (!condition) {
    std::puts("wrong result");
    std::abort();
  }
}
