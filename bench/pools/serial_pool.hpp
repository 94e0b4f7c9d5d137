// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>

namespace filch_bench {

/// No pool: the workloads call their plain serial version where they meet it.
class serial_pool {
 public:
  static constexpr const char* name = "serial";
  static constexpr bool is_serial = true;
  static constexpr bool accepts_outside = false;
  static constexpr bool forks = true;
  static constexpr bool frees_joined_forks = true;

  explicit serial_pool(std::size_t) {}

  template <class F>
  void run(F&& f) {
    f();
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F&& f) {
    for (std::size_t i = first; i < last; ++i) {
      f(i);
    }
  }
};

}  // namespace filch_bench
