// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/filch_pool.hpp"

#include <filch/parallel_algorithm.hpp>
#include <filch/parallel_for.hpp>
#include <filch/parallel_reduce.hpp>
#include <filch/parallel_scan.hpp>
#include <filch/parallel_sort.hpp>

#include <cstddef>
#include <functional>

namespace filch_bench {

/// filch's algorithms, without a grain or any other hint.
class filch_algorithms : public filch_pool {
 public:
  using filch_pool::filch_pool;

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F f) {
    filch::parallel_for(pool(), first, last, f);
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
    filch::parallel_for(pool(), first, last, f);
  }

  template <class It, class T>
  It find(It first, It last, const T& value) {
    return filch::parallel_find(pool(), first, last, value);
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    return filch::parallel_reduce(pool(), first, last, init, std::plus<>());
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    filch::parallel_inclusive_scan(pool(), first, last, out);
  }

  template <class It, class Out, class P>
  Out copy_if(It first, It last, Out out, P p) {
    return filch::parallel_copy_if(pool(), first, last, out, p);
  }

  template <class It>
  void sort(It first, It last) {
    filch::parallel_sort(pool(), first, last);
  }

  template <class It>
  void stable_sort(It first, It last) {
    filch::parallel_stable_sort(pool(), first, last);
  }
};

}  // namespace filch_bench
