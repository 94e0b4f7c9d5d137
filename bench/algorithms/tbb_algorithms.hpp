// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "pools/tbb_arena.hpp"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>
#include <tbb/parallel_scan.h>
#include <tbb/parallel_sort.h>
#include <tbb/partitioner.h>

#include <cstddef>
#include <functional>
#include <numeric>

namespace filch_bench {

/// oneTBB's own algorithms, in an arena of n threads of which the caller is one.
class tbb_algorithms {
 public:
  static constexpr const char* name = "tbb";
  static constexpr bool is_serial = false;

  explicit tbb_algorithms(std::size_t threads)
      : limit_(tbb::global_control::max_allowed_parallelism, threads), arena_(threads - 1, 1) {}

  template <class F>
  void run(F&& f) {
    arena_->execute([&] { f(); });
  }

  template <class F>
  void parallel_for(std::size_t first, std::size_t last, F f) {
    run([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(first, last),
                        [&f](const tbb::blocked_range<std::size_t>& range) {
                          for (std::size_t i = range.begin(); i != range.end(); ++i) {
                            f(i);
                          }
                        });
    });
  }

  template <class It, class F>
  void for_each(It first, It last, F f) {
    run([&] {
      tbb::parallel_for(tbb::blocked_range<It>(first, last), [&f](const tbb::blocked_range<It>& range) {
        for (It i = range.begin(); i != range.end(); ++i) {
          f(*i);
        }
      });
    });
  }

  template <class It, class T>
  T reduce(It first, It last, T init) {
    T result = init;
    run([&] {
      result = tbb::parallel_reduce(
          tbb::blocked_range<It>(first, last), init,
          [](const tbb::blocked_range<It>& range, T sum) { return std::accumulate(range.begin(), range.end(), sum); },
          std::plus<>());
    });
    return result;
  }

  template <class It, class Out>
  void inclusive_scan(It first, It last, Out out) {
    using value = typename std::iterator_traits<It>::value_type;
    run([&] {
      tbb::parallel_scan(
          tbb::blocked_range<std::size_t>(0, static_cast<std::size_t>(last - first)), value(),
          [&](const tbb::blocked_range<std::size_t>& range, value sum, bool is_final) {
            for (std::size_t i = range.begin(); i != range.end(); ++i) {
              sum += first[static_cast<std::ptrdiff_t>(i)];
              if (is_final) {
                out[static_cast<std::ptrdiff_t>(i)] = sum;
              }
            }
            return sum;
          },
          std::plus<>());
    });
  }

  template <class It>
  void sort(It first, It last) {
    run([&] { tbb::parallel_sort(first, last); });
  }

 private:
  tbb::global_control limit_;
  tbb_arena arena_;
};

}  // namespace filch_bench
