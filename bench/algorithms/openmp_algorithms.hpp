// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/openmp_pool.hpp"

#include <cstddef>
#include <iterator>

namespace filch_bench {

/// OpenMP's loops with its static schedule, which has the least overhead.
class openmp_algorithms {
 public:
  static constexpr const char* name = "openmp";
  static constexpr bool is_serial = false;

  explicit openmp_algorithms(std::size_t threads) : threads_(static_cast<int>(threads)), pool_(threads) {}

  template <class F>
  void run(F&& f) {
    pool_.run(f);
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F f) {
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (std::size_t i = first; i < last; ++i) {
      f(i);
    }
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
#pragma omp parallel for num_threads(threads_) schedule(static)
    for (It i = first; i < last; ++i) {
      f(*i);
    }
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    T sum = init;
#pragma omp parallel for num_threads(threads_) schedule(static) reduction(+ : sum)
    for (It i = first; i < last; ++i) {
      sum += *i;
    }
    return sum;
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    typename std::iterator_traits<It>::value_type sum = 0;
    const std::ptrdiff_t size = last - first;
#pragma omp parallel for num_threads(threads_) reduction(inscan, + : sum)
    for (std::ptrdiff_t i = 0; i < size; ++i) {
      sum += first[i];
#pragma omp scan inclusive(sum)
      out[i] = sum;
    }
  }

 private:
  int threads_;
  openmp_pool pool_;
};

}  // namespace filch_bench
