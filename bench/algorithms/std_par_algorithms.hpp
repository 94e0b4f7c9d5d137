// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"

#include <tbb/global_control.h>

#include <algorithm>
#include <cstddef>
#include <execution>
#include <numeric>

namespace filch_bench {

/// The standard library's algorithms with std::execution::par. libstdc++'s run on oneTBB.
class std_par_algorithms {
 public:
  static constexpr const char* name = "std_par";
  static constexpr bool is_serial = false;

  explicit std_par_algorithms(std::size_t threads)
      : limit_(tbb::global_control::max_allowed_parallelism, threads), arena_(threads - 1, 1) {}

  template <class F>
  void run(F&& f) {
    arena_->execute([&] { f(); });
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
    run([&] { std::for_each(std::execution::par, first, last, f); });
  }

  template <class It, class T>
  It find(It first, It last, const T& value) {
    It found = last;
    run([&] { found = std::find(std::execution::par, first, last, value); });
    return found;
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    T result = init;
    run([&] { result = std::reduce(std::execution::par, first, last, init); });
    return result;
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    run([&] { std::inclusive_scan(std::execution::par, first, last, out); });
  }

  template <class It, class Out, class P>
  Out copy_if(It first, It last, Out out, P p) {
    Out end = out;
    run([&] { end = std::copy_if(std::execution::par, first, last, out, p); });
    return end;
  }

  template <class It>
  void sort(It first, It last) {
    run([&] { std::sort(std::execution::par, first, last); });
  }

  template <class It>
  void stable_sort(It first, It last) {
    run([&] { std::stable_sort(std::execution::par, first, last); });
  }

 private:
  tbb::global_control limit_;
  tbb_arena arena_;
};

}  // namespace filch_bench
