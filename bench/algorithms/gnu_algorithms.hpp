// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/openmp_pool.hpp"

#include <omp.h>
#include <parallel/algorithm>
#include <parallel/numeric>

#include <cstddef>

namespace filch_bench {

/// libstdc++'s parallel mode, which runs on OpenMP.
class gnu_algorithms {
 public:
  static constexpr const char* name = "gnu";
  static constexpr bool is_serial = false;

  explicit gnu_algorithms(std::size_t threads) : pool_(threads) { omp_set_num_threads(static_cast<int>(threads)); }

  template <class F>
  void run(F&& f) {
    pool_.run(f);
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
    __gnu_parallel::for_each(first, last, f);
  }

  template <class It, class T>
  It find(It first, It last, const T& value) {
    return __gnu_parallel::find(first, last, value);
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    return __gnu_parallel::accumulate(first, last, init);
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    __gnu_parallel::partial_sum(first, last, out);
  }

  template <class It>
  void sort(It first, It last) {
    __gnu_parallel::sort(first, last);
  }

  template <class It>
  void stable_sort(It first, It last) {
    __gnu_parallel::stable_sort(first, last);
  }

 private:
  openmp_pool pool_;
};

}  // namespace filch_bench
