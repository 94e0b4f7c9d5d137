// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>

#include <boost/sort/pdqsort/pdqsort.hpp>
#include <boost/sort/spinsort/spinsort.hpp>

namespace filch_bench {

/// The serial algorithms of the standard library.
class serial_algorithms {
 public:
  static constexpr const char* name = "serial";
  static constexpr bool is_serial = true;

  explicit serial_algorithms(std::size_t) {}

  template <class F>
  void run(F&& f) {
    f();
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F f) {
    for (std::size_t i = first; i != last; ++i) {
      f(i);
    }
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
    std::for_each(first, last, f);
  }

  template <class It, class T>
  It find(It first, It last, const T& value) {
    return std::find(first, last, value);
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    return std::reduce(first, last, init);
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    std::inclusive_scan(first, last, out);
  }

  template <class It, class Out, class P>
  Out copy_if(It first, It last, Out out, P p) {
    return std::copy_if(first, last, out, p);
  }

  template <class It>
  void sort(It first, It last) {
    std::sort(first, last);
  }

  template <class It>
  void stable_sort(It first, It last) {
    std::stable_sort(first, last);
  }
};

/// The best sorts of one thread.
class boost_sorts {
 public:
  static constexpr const char* name = "boost_sort";
  static constexpr bool is_serial = true;

  explicit boost_sorts(std::size_t) {}

  template <class F>
  void run(F&& f) {
    f();
  }

  template <class It>
  void sort(It first, It last) {
    boost::sort::pdqsort(first, last);
  }

  template <class It>
  void stable_sort(It first, It last) {
    boost::sort::spinsort(first, last);
  }
};

}  // namespace filch_bench
